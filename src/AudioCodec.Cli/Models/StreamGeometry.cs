using AudioCodec.Bitstream;
using AudioCodec.Cli.Options;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;

namespace AudioCodec.Cli.Models;

/// <summary>Finds the layout of a stream's model; weights are read only where nothing else tells it.</summary>
internal static class StreamGeometry
{
    /// <summary>The layout of a model, or <see langword="null"/> where neither the catalogue nor the user's checkpoint has it.</summary>
    /// <param name="name">Name in the header.</param>
    /// <param name="request">What the user named.</param>
    /// <exception cref="BitstreamException">The user named another model or checkpoint.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged.</exception>
    public static EcdcGeometry? Find(string name, ModelRequest request)
    {
        EncodecConfig? config = FindConfig(name, request);
        return config is null || config.Name == name
            ? config?.ToEcdcGeometry()
            : throw new BitstreamException(
                $"The stream was made with model '{name}'; '{request.CheckpointPath ?? request.Name}' is model '{config.Name}'.", 9, "m");
    }

    /// <summary>The layout of the model that the user named, or of <paramref name="name"/> where there is no checkpoint.</summary>
    public static EcdcGeometry? FindByRequest(string name, ModelRequest request) => FindConfig(name, request)?.ToEcdcGeometry();

    private static EncodecConfig? FindConfig(string name, ModelRequest request)
    {
        if (request.CheckpointPath is string path)
        {
            return ConfigOf(path);
        }

        EncodecConfig? official = new[] { EncodecConfig.Encodec24Khz, EncodecConfig.Encodec48Khz }.FirstOrDefault(known => known.Name == name);
        if (official is not null)
        {
            return official;
        }

        using var store = new ModelStore();
        if (request.Name is string asked)
        {
            return store.TryFind(asked, out string? found) ? ConfigOf(found) : null;
        }

        // A name out of a file is looked up in the catalogue only, and never taken for a path.
        try
        {
            return ConfigOf(store.FindForStream(name));
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private static EncodecConfig ConfigOf(string path)
    {
        using CheckpointFile file = CheckpointFile.Open(path);
        return file.Contents.Config;
    }
}
