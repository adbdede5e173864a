using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec.Cli.Reports;

/// <summary>A model of the catalogue, and whether it is on this machine.</summary>
/// <param name="Name">Name by which it is asked for.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Description">One sentence about it.</param>
/// <param name="Licence">What is known of the terms of its weights.</param>
/// <param name="Bytes">Size of all files, approximately.</param>
/// <param name="Bundled">Whether it ships with the program.</param>
/// <param name="Installed">Whether it is on this machine.</param>
/// <param name="Status">How far its training is, where it is on this machine.</param>
/// <param name="Path">Where it is on this machine.</param>
/// <param name="Alias">Another name of it.</param>
/// <param name="Requires">Names of the models that it does not work without.</param>
/// <param name="Addresses">Where its files are published.</param>
internal sealed record ModelReport(
    string Name,
    ModelKind Kind,
    string Description,
    string Licence,
    long Bytes,
    bool Bundled,
    bool Installed,
    CheckpointStatus? Status,
    string? Path,
    string? Alias,
    IReadOnlyList<string> Requires,
    IReadOnlyList<string> Addresses)
{
    /// <summary>The kind in words.</summary>
    public static string Text(ModelKind kind) => kind switch
    {
        ModelKind.EntropyModel => "entropy model",
        ModelKind.TextEncoder => "text encoder",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The status in a word.</summary>
    public static string Text(CheckpointStatus status) => status == CheckpointStatus.Preview ? "preview" : "release";

    /// <summary>Looks a model up on this machine.</summary>
    public static ModelReport Of(ModelStore store, ModelEntry entry)
    {
        bool installed = store.TryFind(entry.Name, out string? path);
        return new ModelReport(
            entry.Name,
            entry.Kind,
            entry.Description,
            entry.Licence,
            entry.ApproximateBytes,
            entry.Bundled,
            installed,
            path is null ? null : CheckpointFolder.StatusOf(path),
            path,
            entry.Alias,
            entry.Requires,
            [.. entry.Files.Select(file => file.Address.ToString())]);
    }

    /// <summary>Writes the report for a person.</summary>
    public void WriteText(TextWriter output)
    {
        void Line(string label, string? text)
        {
            if (text is not null)
            {
                output.WriteLine($"{label,-13}{Messages.Plain(text)}");
            }
        }

        Line("name", Name);
        Line("kind", Text(Kind));
        Line("description", Description);
        Line("licence", Licence);
        Line("size", $"{Bytes / 1e6:0} MB");
        Line("bundled", Bundled ? "yes" : "no");
        Line("installed", Installed ? "yes" : "no");
        Line("status", Status is CheckpointStatus status ? Text(status) : null);
        Line("path", Path);
        Line("alias", Alias);
        Line("requires", Requires.Count > 0 ? string.Join(", ", Requires) : null);
        foreach (string address in Addresses)
        {
            Line("address", address);
        }
    }
}
