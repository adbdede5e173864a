using System.Reflection;
using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests.Repository;

/// <summary>The library's public members are those of a committed list, so that every change of them is seen and meant.</summary>
public sealed class PublicApiTests
{
    private const string UpdateVariable = "AUDIOCODEC_UPDATE_PUBLIC_API";

    private static readonly string s_listing = Path.Combine(Fixtures.RepositoryRoot, "tests", "AudioCodec.Cli.Tests", "Repository", "PublicApi.txt");

    [Fact]
    public void Library_PublicMembers_AreThoseOfTheList()
    {
        string[] actual = [.. Lines(typeof(AudioSource).Assembly)];
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllLines(s_listing, actual);
        }

        string[] expected = File.ReadAllLines(s_listing);
        string[] differences = [.. actual.Except(expected).Select(line => "+ " + line), .. expected.Except(actual).Select(line => "- " + line)];
        Assert.True(
            differences.Length == 0,
            $"The public members of the library changed (+ new, - gone):\n{string.Join('\n', differences)}\n"
            + "Where that is meant, run tools/update-public-api.sh, commit its result, and name a change that users see in CHANGELOG.md.");
    }

    private static IEnumerable<string> Lines(Assembly assembly) =>
        Surface.Of(assembly, "AudioCodec")
            .Concat(assembly.GetExportedTypes().Select(type => $"{Declaration(type)} {type.FullName}"))
            .Order(StringComparer.Ordinal);

    private static string Declaration(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };
}
