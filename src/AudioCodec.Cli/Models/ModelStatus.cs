using AudioCodec.Cli.Options;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec.Cli.Models;

/// <summary>How far the training of models is, and the words for it.</summary>
internal static class ModelStatus
{
    /// <summary>The word in reports.</summary>
    public static string Word(CheckpointStatus status) => status == CheckpointStatus.Preview ? "preview" : "release";

    /// <summary>A model's name, with a remark where it is not finished.</summary>
    public static string Describe(string? name, string? status) => status is null or "release" ? $"{name}" : $"{name} ({status})";

    /// <summary>The status of a checkpoint by its path; no weights are read.</summary>
    /// <param name="path">Folder or file.</param>
    /// <returns>The status; release where nothing is stated, as with published models.</returns>
    public static CheckpointStatus Of(string path)
    {
        string? folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path);
        try
        {
            return folder is null ? CheckpointStatus.Release : CheckpointFolder.Describe(folder).Status;
        }
        catch (ConfigException)
        {
            return CheckpointStatus.Release;
        }
    }

    /// <summary>The status of the model that a stream names.</summary>
    /// <param name="name">Name in the header; never taken for a path.</param>
    /// <param name="request">What the user named.</param>
    /// <returns>The status, or <see langword="null"/> where the model is not on this machine.</returns>
    public static CheckpointStatus? OfStream(string name, ModelRequest request)
    {
        if (request.CheckpointPath is string path)
        {
            return Of(path);
        }

        using var store = new ModelStore();
        try
        {
            return Of(request.Name is string asked ? store.Find(asked) : store.FindForStream(name));
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
