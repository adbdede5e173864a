using System.Reflection;
using System.Xml.Linq;
using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>What may know what: projects of each other, and folders of the library of each other.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "AudioCodec";

    private static readonly Assembly s_library = typeof(AudioSource).Assembly;

    /// <summary>Projects under src and the projects that they may name.</summary>
    private static readonly Dictionary<string, string[]> s_projects = new(StringComparer.Ordinal)
    {
        ["AudioCodec"] = [],
        ["AudioCodec.Models"] = [],
        ["AudioCodec.Torch"] = ["AudioCodec"],
        ["AudioCodec.Training"] = ["AudioCodec", "AudioCodec.Torch"],
        ["AudioCodec.Evaluation"] = ["AudioCodec"],
        ["AudioCodec.Cli"] = ["AudioCodec", "AudioCodec.Evaluation", "AudioCodec.Models", "AudioCodec.Torch", "AudioCodec.Training"],
    };

    /// <summary>Folders of the library and the folders whose types they may use; the root holds the exceptions, which all know.</summary>
    private static readonly Dictionary<string, string[]> s_folders = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Files"] = [],
        ["Audio"] = ["Files"],
        ["Bitstream"] = [],
        ["Numerics"] = [],
        ["Checkpoints"] = ["Files"],
        ["Codecs"] = ["Audio", "Bitstream", "Checkpoints", "Files", "Models", "Numerics"],
        ["Entropy"] = ["Bitstream", "Checkpoints", "Codecs", "Numerics"],
        ["Models"] = ["Checkpoints", "Codecs", "Entropy", "Files"],
        ["Compression"] = ["Audio", "Bitstream", "Checkpoints", "Codecs", "Entropy", "Files"],
        ["Metrics"] = ["Audio", "Numerics"],
    };

    [Fact]
    public void Projects_NameOnlyTheProjectsBelowThem()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Fixtures.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string project = Path.GetFileNameWithoutExtension(file);
            Assert.True(s_projects.TryGetValue(project, out string[]? allowed), $"{project} is not in the design; add it to {nameof(ArchitectureTests)} with what it may know.");
            string[] named =
            [
                .. XDocument.Load(file).Descendants("ProjectReference").Select(reference =>
                    Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))),
            ];
            Assert.True(named.Except(allowed).ToArray() is [], $"{project} may not name {string.Join(", ", named.Except(allowed))}.");
        }
    }

    [Fact]
    public void Library_NeedsTwoManagedPackagesAndTheFramework()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!; // Loaded from a file.
        string[] foreign =
        [
            .. s_library.GetReferencedAssemblies().Select(name => name.Name!) // Every reference has a name.
                .Where(name => !File.Exists(Path.Combine(framework, name + ".dll"))).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["System.IO.Hashing", "System.Numerics.Tensors"], foreign);
    }

    [Fact]
    public void Folders_UseOnlyTheFoldersBelowThem()
    {
        var faults = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Type type in s_library.GetTypes().Where(IsOurs))
        {
            string from = FolderOf(type);
            Assert.True(s_folders.TryGetValue(from, out string[]? allowed), $"Folder {from} is not in the design; add it to {nameof(ArchitectureTests)} with what it may use.");
            foreach (Type used in TypeUses.Of(type).Where(IsOurs))
            {
                string to = FolderOf(used);
                if (to != from && to.Length > 0 && !allowed.Contains(to))
                {
                    faults.Add($"{type.FullName} uses {used.FullName}");
                }
            }
        }

        Assert.True(faults.Count == 0, "Arrows that point up:\n" + string.Join('\n', faults));
    }

    /// <summary>The command is built on what every user of the library has; of its internals it shares those for files and messages.</summary>
    [Theory]
    [InlineData("AudioCodec.Cli", "AudioCodec.Files")]
    [InlineData("AudioCodec.Evaluation", "AudioCodec.Files", "AudioCodec.Audio.FfmpegSource")]
    public void Internals_OfTheLibrary_AreNotUsedAbove(string project, params string[] shared)
    {
        string[] used =
        [
            .. Assembly.Load(project).GetTypes().SelectMany(TypeUses.Of).Where(type => IsOurs(type) && !type.IsVisible)
                .Select(type => Outermost(type)).Where(type => !shared.Contains(type.FullName) && !shared.Contains(type.Namespace) && type.Namespace != Root)
                .Select(type => type.FullName!).Distinct(), // Types of ours have names.
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
        Type[] types = [.. s_library.GetTypes().Where(type => IsOurs(type) && FolderOf(type) == "Bitstream")];
        string[] single = [.. types.Where(type => TypeUses.Of(type).Contains(typeof(float))).Select(type => type.FullName!)];
        string[] twofold =
        [
            .. types.Where(type => TypeUses.Of(type).Contains(typeof(double)))
                .Select(Outermost).Select(type => type.Name).Distinct().Except(allowed),
        ];
        Assert.Empty(single);
        Assert.Empty(twofold);
    }

    private static bool IsOurs(Type type) => type.Assembly == s_library && type.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true;

    private static string FolderOf(Type type)
    {
        string space = type.Namespace!; // IsOurs has seen it.
        return space == Root ? string.Empty : space[(Root.Length + 1)..].Split('.')[0];
    }

    private static Type Outermost(Type type) => type.DeclaringType is Type outer ? Outermost(outer) : type;
}
