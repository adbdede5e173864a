using AudioCodec.Audio;
using AudioCodec.Repository.Tests.Architecture;
using Microsoft.CodeAnalysis;

namespace AudioCodec.Repository.Tests;

/// <summary>What uses what: the arrows are drawn from the code, and none may point up or lead back.</summary>
public sealed class ArchitectureTests(ITestOutputHelper output)
{
    private const string Library = "AudioCodec";

    /// <summary>The projects, as the design orders them.</summary>
    private static readonly Order s_projects = new(
        "AudioCodec.Cli -> AudioCodec.Training -> AudioCodec.Torch -> AudioCodec",
        "AudioCodec.Cli -> AudioCodec.Studio -> AudioCodec.Evaluation -> AudioCodec",
        "AudioCodec.Cli -> AudioCodec.Models",
        "AudioCodec.NAudio -> AudioCodec");

    /// <summary>The library's rooms, as the design orders them. Its root is the front door, which stands on everything and which nothing below knows.</summary>
    private static readonly Order s_rooms = new(
        $"{RoomGraph.Root} -> Compression -> Models -> Entropy -> Codecs -> Checkpoints, Numerics, Bitstream, Audio -> Files -> Errors",
        "Models -> Generation -> Codecs, Text -> Checkpoints, Numerics",
        "Models -> Classification -> Codecs, Metrics -> Audio, Numerics",
        $"{RoomGraph.Root} -> Metrics -> Audio, Numerics");

    public static TheoryData<string> Projects => [.. SourceProject.Names];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_UsesOnlyProjectsBelowIt(string name)
    {
        SourceProject project = SourceProject.Of(name);
        Assert.True(s_projects.Knows(name), $"{name} is not in the order of the projects.");
        Assert.All(project.References, used => Assert.True(s_projects.Allows(name, used), $"{name} may not name {used}."));
        IEnumerable<string> used = project.Uses.Select(use => use.Type.ContainingAssembly?.Name ?? "").Distinct().Where(assembly => s_projects.Knows(assembly) && assembly != name);
        Assert.All(used, used => Assert.True(s_projects.Allows(name, used), $"{name} may not use {used}."));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_OfAProject_UseEachOtherInOneDirection(string name)
    {
        RoomGraph graph = RoomGraph.Of(SourceProject.Of(name));
        output.WriteLine($"{name}\n{graph}");
        string[] circles = [.. graph.Circles()];
        Assert.True(circles.Length == 0, string.Join("\n\n", circles));
    }

    [Fact]
    public void Rooms_OfTheLibrary_KeepTheOrderOfTheDesign()
    {
        RoomGraph graph = RoomGraph.Of(SourceProject.Of(Library));
        static string Top(string room) => room.Split('/')[0];
        Assert.All(graph.Rooms, room => Assert.True(s_rooms.Knows(Top(room)), $"{room} is not in the order of the library's rooms."));
        string[] faults =
        [
            .. graph.Arrows.Where(arrow => Top(arrow.From) != Top(arrow.To) && !s_rooms.Allows(Top(arrow.From), Top(arrow.To)))
                .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Where}"),
        ];
        Assert.True(faults.Length == 0, "Arrows that point up:\n" + string.Join('\n', faults));
    }

    /// <summary>Else arrows would be missing.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Names_InTheSources_AreFound(string name) => Assert.Empty(SourceProject.Of(name).UnknownNames);

    [Fact]
    public void Library_NeedsManagedPackagesAndTheFramework()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!; // Loaded from a file.
        string[] foreign =
        [
            .. typeof(AudioSource).Assembly.GetReferencedAssemblies().Select(name => name.Name!) // Every reference has a name.
                .Where(name => !File.Exists(Path.Combine(framework, name + ".dll"))).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(
            ["Concentus", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.ML.Tokenizers", "NLayer", "NVorbis", "System.IO.Hashing", "System.Numerics.Tensors"],
            foreign);
    }

    /// <summary>The command is built on what every user of the library has; of its internals it shares those for files, messages and the order of codes in arrays.</summary>
    [Theory]
    [InlineData("AudioCodec.Cli", "AudioCodec.Files", "AudioCodec.Codecs.Transposed", "AudioCodec.Codecs.Configuration.ConfigFile")]
    [InlineData("AudioCodec.NAudio", "AudioCodec.Files")]
    [InlineData("AudioCodec.Evaluation", "AudioCodec.Files", "AudioCodec.Audio.FfmpegSource")]
    public void Internals_OfTheLibrary_AreNotUsedAbove(string project, params string[] shared)
    {
        string[] used =
        [
            .. SourceProject.Of(project).Uses.Select(use => Outermost(use.Type))
                .Where(type => type.ContainingAssembly?.Name == Library && type.DeclaredAccessibility != Accessibility.Public)
                .Where(type => !shared.Contains(type.ToDisplayString()) && !shared.Contains(SpaceOf(type)) && SpaceOf(type) != Library)
                .Select(type => type.ToDisplayString()).Distinct(),
        ];
        Assert.Empty(used);
    }

    /// <summary>
    /// Bits are made of integers. The one place for floating point is the interval step of the arithmetic coder, an IEEE division and
    /// multiplication that the reference's streams need; numbers for people (seconds of a chunk, saved share) are not coded.
    /// </summary>
    [Fact]
    public void Bitstream_KnowsNoFloats()
    {
        string[] allowed = ["ArithmeticCode", "ArithmeticDecoder", "ArithmeticEncoder", "EcdcV1Reader", "EcdcV1Settings", "EcdcV1Writer"];
        SourceProject library = SourceProject.Of(Library);
        TypeUse[] uses = [.. library.Uses.Where(use => library.RoomOf(use.File) == "Bitstream")];
        Assert.NotEmpty(uses);
        Assert.Empty(uses.Where(use => use.Type.SpecialType == SpecialType.System_Single).Select(use => $"{use.File}({use.Line})"));
        Assert.Empty(uses.Where(use => use.Type.SpecialType == SpecialType.System_Double)
            .Where(use => !allowed.Contains(Path.GetFileNameWithoutExtension(use.File))).Select(use => $"{use.File}({use.Line})"));
    }

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is INamedTypeSymbol outer ? Outermost(outer) : type;

    private static string SpaceOf(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString();
}
