using System.Globalization;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>Codes as safetensors: <c>segment{i}.codes</c> [K, F] and <c>segment{i}.scale</c>; what they mean and their length in the metadata.</summary>
internal sealed class SafetensorsCodes : ICodeFormat
{
    /// <inheritdoc/>
    public void Write(Stream stream, CodeArray codes, string path)
    {
        var writer = new SafetensorsWriter();
        codes.Origin?.Write(writer);
        writer.SetMetadata("length_samples", (codes.LengthSamples ?? 0).ToString(CultureInfo.InvariantCulture));
        writer.SetMetadata("codebooks", codes.Codebooks.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < codes.Segments.Count; i++)
        {
            EncodedSegment segment = codes.Segments[i];
            int frames = segment.Codes.Length / codes.Codebooks;
            writer.AddUInt16($"segment{i}.codes", [codes.Codebooks, frames], Transposed.Of(segment.Codes, frames, codes.Codebooks));
            if (codes.HasScale)
            {
                writer.Add($"segment{i}.scale", [1], new[] { segment.Scale });
            }
        }

        writer.Write(stream);
    }

    /// <inheritdoc/>
    public CodeArray Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        var segments = new List<EncodedSegment>();
        int codebooks = file.Metadata.TryGetValue("codebooks", out string? stated) && int.TryParse(stated, CultureInfo.InvariantCulture, out int k) && k > 0 ? k : 1;
        bool hasScale = false;
        for (int i = 0; file.Contains($"segment{i}.codes"); i++)
        {
            string name = $"segment{i}.codes";
            int[] shape = file.Info(name).Shape;
            if (shape.Length != 2 || shape[0] < 1 || (i > 0 && shape[0] != codebooks))
            {
                throw new CheckpointException(
                    $"{path}: '{name}' has shape [{string.Join(", ", shape)}]; [codebooks, frames] is expected, the same codebooks in every segment.", path, name);
            }

            codebooks = shape[0];
            ushort[] codes = Transposed.Of(Narrow(file.ReadInt32(name), path, name), codebooks, shape[1]);
            float scale = 1;
            if (file.Contains($"segment{i}.scale"))
            {
                float[] scales = file.ReadFloat32($"segment{i}.scale");
                scale = scales.Length == 1 && float.IsFinite(scales[0])
                    ? scales[0]
                    : throw new CheckpointException($"{path}: 'segment{i}.scale' is not one finite number.", path, $"segment{i}.scale");
                hasScale = true;
            }

            segments.Add(new EncodedSegment(scale, codes));
        }

        long? length = file.Metadata.TryGetValue("length_samples", out string? samples)
            && long.TryParse(samples, CultureInfo.InvariantCulture, out long known) ? known : null;
        return segments.Count == 0 && length != 0
            ? throw new CheckpointException($"{path}: there is no tensor 'segment0.codes'; it is not a file of codes.", path)
            : new CodeArray(CodeOrigin.Read(file.Metadata, path), length, codebooks, hasScale, segments);
    }

    private static ushort[] Narrow(int[] values, string path, string tensor)
    {
        int place = values.AsSpan().IndexOfAnyExceptInRange(0, ushort.MaxValue);
        return place < 0
            ? Array.ConvertAll(values, value => (ushort)value)
            : throw new CheckpointException($"{path}: '{tensor}' holds {values[place]}, which is no code.", path, tensor);
    }
}
