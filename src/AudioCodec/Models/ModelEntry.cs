namespace AudioCodec.Models;

/// <summary>A model of the catalogue.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Description">One sentence about it.</param>
/// <param name="Licence">Licence of its weights, as far as it is stated.</param>
/// <param name="ApproximateBytes">Size of all files, approximately; 0 where it is not known.</param>
/// <param name="Files">Files to download; none for a model that ships with the program. The first one holds the weights.</param>
public sealed record ModelEntry(
    string Name, ModelKind Kind, string Description, string Licence, long ApproximateBytes, IReadOnlyList<ModelFile> Files)
{
    /// <summary>Whether the model ships with the program rather than being downloaded.</summary>
    public bool Bundled => Files.Count == 0;

    /// <summary>
    /// Name by which streams refer to the model; <see cref="Name"/> unless the same model is published in several places. Of a generator whose files hold its
    /// codec, the codec's.
    /// </summary>
    public string StreamName { get; init; } = Name;

    /// <summary>Another name under which packages refer to it, or <see langword="null"/>.</summary>
    public string? Alias { get; init; }

    /// <summary>Names of the models that it does not work without, such as a generator's text encoder; they are downloaded with it.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];
}
