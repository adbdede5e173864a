using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AudioCodec.Repository.Tests.Architecture;

/// <summary>A project under <c>src</c>: the projects that it names, and the types that its sources use.</summary>
internal sealed class SourceProject
{
    /// <summary>What <c>ImplicitUsings</c> stands for.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Every assembly that this test runs with: it depends on all projects, and so on all that they need.</summary>
    private static readonly (string Name, MetadataReference Reference)[] s_assemblies =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator) // The host sets it.
            .Select(path => (Path.GetFileNameWithoutExtension(path), (MetadataReference)MetadataReference.CreateFromFile(path))),
    ];

    private static readonly Dictionary<string, Lazy<SourceProject>> s_all = Directory.EnumerateFiles(Path.Combine(Fixtures.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => new Lazy<SourceProject>(() => new SourceProject(file)));

    private readonly string _folder;

    private SourceProject(string file)
    {
        XDocument project = XDocument.Load(file);
        _folder = Path.GetDirectoryName(file)!; // A file lies in a folder.
        Name = Path.GetFileNameWithoutExtension(file);
        References =
        [
            .. project.Descendants("ProjectReference").Select(reference =>
                Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))), // A reference includes something.
        ];
        string[] others = ["bin", "obj", .. project.Descendants("DefaultItemExcludes").SelectMany(list => list.Value.Split(';')).Select(path => path.Replace("/**", "", StringComparison.Ordinal))];
        Compilation compilation = Compile(Sources().Where(path => !others.Contains(RoomOf(path).Split('/')[0])));
        var read = compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).Select(tree => TypeUses.Of(compilation.GetSemanticModel(tree))).ToArray();
        Files = [.. read.Select(uses => uses.File)];
        Uses = [.. read.SelectMany(uses => uses.Used)];
        UnknownNames = [.. read.SelectMany(uses => uses.Unknown)];
    }

    /// <summary>Names of all projects under <c>src</c>.</summary>
    public static IEnumerable<string> Names => s_all.Keys.Order(StringComparer.Ordinal);

    /// <summary>Its name, which is that of its assembly.</summary>
    public string Name { get; }

    /// <summary>Projects that its file names.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>Full paths of its sources.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Types that its sources use, each once per file.</summary>
    public IReadOnlyList<TypeUse> Uses { get; }

    /// <summary>Names in its sources that nothing was found for. What hangs on them is missing from <see cref="Uses"/>.</summary>
    public IReadOnlyList<string> UnknownNames { get; }

    /// <summary>The project of a name, read once.</summary>
    public static SourceProject Of(string name) => s_all[name].Value;

    /// <summary>The room that a source lies in: its folder below the project's.</summary>
    public string RoomOf(string path)
    {
        string folder = Path.GetRelativePath(_folder, Path.GetDirectoryName(path)!); // A file lies in a folder.
        return folder == "." ? RoomGraph.Root : folder.Replace(Path.DirectorySeparatorChar, '/');
    }

    private IEnumerable<string> Sources() => Directory.EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories);

    /// <summary>Compiles in memory, without what generators add.</summary>
    private CSharpCompilation Compile(IEnumerable<string> sources)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.None);
        IEnumerable<SyntaxTree> trees = sources.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options));
        IEnumerable<MetadataReference> assemblies = s_assemblies.Where(assembly => assembly.Name != Name).Select(assembly => assembly.Reference);
        return CSharpCompilation.Create(Name, trees, assemblies, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }
}
