using AudioCodec.Checkpoints;

namespace AudioCodec.Training.Data.Generation;

/// <summary>A file with one variant of several recordings' tokens: for recording i <c>codes.i</c> [F, K] and <c>levels.i</c> [F]; nothing for those that could not be read.</summary>
internal static class TokenShard
{
    private const string KeyEntry = "key";

    /// <summary>The codes and levels that a shard holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Everything that its content depends on, as a hash.</param>
    /// <param name="count">Recordings.</param>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="codebookSize">Entries of a codebook.</param>
    /// <returns>For each recording codes and levels, or nothing; <see langword="null"/> where there is no such file, or it has another key or is damaged.</returns>
    public static (ushort[] Codes, float[] Levels)?[]? TryRead(string path, string key, int count, int codebooks, int codebookSize)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            if (file.Metadata.GetValueOrDefault(KeyEntry) != key)
            {
                return null;
            }

            var read = new (ushort[], float[])?[count];
            for (int i = 0; i < count; i++)
            {
                if (!file.Contains($"codes.{i}"))
                {
                    continue;
                }

                int[] codes = file.ReadInt32($"codes.{i}");
                float[] levels = file.ReadFloat32($"levels.{i}");
                if (codes.Length != levels.Length * codebooks || codes.Any(code => code < 0 || code >= codebookSize))
                {
                    return null;
                }

                read[i] = (Array.ConvertAll(codes, code => (ushort)code), levels);
            }

            return read;
        }
        catch (CheckpointException)
        {
            return null; // A damaged file is made again.
        }
    }

    /// <summary>Writes a shard; it appears when it is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string key, IReadOnlyList<(ushort[] Codes, float[] Levels)?> recordings, int codebooks)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(KeyEntry, key);
        for (int i = 0; i < recordings.Count; i++)
        {
            if (recordings[i] is var (codes, levels))
            {
                writer.AddUInt16($"codes.{i}", [levels.Length, codebooks], codes);
                writer.Add($"levels.{i}", [levels.Length], levels, TensorType.F16);
            }
        }

        writer.Save(path);
    }
}
