using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Loading;

/// <summary>An open checkpoint of a codec: names, shapes and configuration are known, values are read one tensor at a time.</summary>
/// <remarks>
/// Used to build a model without the whole checkpoint in memory beside it. Reads must not run in parallel. After disposal the
/// tensors cannot be read.
/// </remarks>
internal sealed class CheckpointFile : IDisposable
{
    private readonly ByteSource _bytes;

    private CheckpointFile(ByteSource bytes, LoadedCheckpoint contents)
    {
        _bytes = bytes;
        Contents = contents;
    }

    /// <summary>The contents. Values of tensors are read at each use of <see cref="CheckpointTensor.Values"/>.</summary>
    public LoadedCheckpoint Contents { get; }

    /// <summary>Opens a codec's checkpoint.</summary>
    /// <param name="path">A file or folder; see <see cref="CheckpointLoader.Load"/>.</param>
    /// <param name="config">The configuration to use; without it, it is found as by <see cref="CheckpointLoader.Load"/>.</param>
    /// <param name="otherwise">The configuration of a file that brings none; <see langword="null"/> to refuse it.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration that was found cannot be read, or has a value that is not allowed.</exception>
    public static CheckpointFile Open(string path, EncodecConfig? config = null, EncodecConfig? otherwise = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ByteSource bytes = ByteSource.OpenFile(CheckpointLoader.WeightsFile(path));
        try
        {
            return new CheckpointFile(bytes, CheckpointLoader.Describe(bytes, config, otherwise));
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
