using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Generation.Configuration;

namespace AudioCodec.Generation.Takes;

/// <summary>Turns a clip into the codes that a generator goes on from.</summary>
internal static class AudioPrompt
{
    private const int BlockSamples = 1 << 14;

    /// <summary>Encodes a clip; what is left of its last frame is dropped, since the codec would fill it up with silence.</summary>
    /// <param name="codec">The codec of each channel.</param>
    /// <param name="config">The generator.</param>
    /// <param name="clip">Audio of any rate and number of channels.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <returns>[F, K], K of all channels together.</returns>
    /// <exception cref="AudioFormatException">The clip cannot be converted.</exception>
    public static ushort[] Encode(ICodecEngine codec, GeneratorConfig config, AudioBuffer clip, int threads)
    {
        using AudioSource source = AudioFile.ConvertInput(new AudioBufferSource(clip), config.SampleRateHz, config.Channels);
        Side[] sides = [.. Enumerable.Range(0, config.Channels).Select(_ => new Side(codec.OpenEncoder(config.Transformer.Codebooks / config.Channels, threads)))];
        try
        {
            var block = new float[BlockSamples * config.Channels];
            var row = new float[BlockSamples];
            long samples = 0;
            for (int read = source.Read(block); read > 0; read = source.Read(block))
            {
                for (int channel = 0; channel < sides.Length; channel++)
                {
                    for (int t = 0; t < read; t++)
                    {
                        row[t] = block[(t * sides.Length) + channel];
                    }

                    sides[channel].Write(row.AsSpan(0, read));
                }

                samples += read;
            }

            return Interleave(sides, (int)(samples / codec.Config.HopSamples), config.Transformer.Codebooks);
        }
        finally
        {
            Array.ForEach(sides, side => side.Dispose());
        }
    }

    /// <summary>Takes the codebooks that a generator has from codes.</summary>
    /// <param name="config">The generator.</param>
    /// <param name="codes">Codes of its own, or, for one channel, of its codec with at least as many codebooks.</param>
    /// <returns>[F, K].</returns>
    /// <exception cref="ArgumentException">They have other codebooks, or several segments.</exception>
    public static ushort[] Take(GeneratorConfig config, EncodedAudio codes)
    {
        int codebooks = config.Transformer.Codebooks;
        if (codes.Segments.Count > 1 || (config.Channels > 1 ? codes.Codebooks != codebooks : codes.Codebooks < codebooks))
        {
            throw new ArgumentException(
                $"Codes of {codes.Codebooks} codebooks in {codes.Segments.Count} segments cannot be gone on from: {config.Name} makes one segment of {codebooks} codebooks.", nameof(codes));
        }

        var taken = new ushort[codes.FrameCount * codebooks];
        for (int place = 0; place < taken.Length; place++)
        {
            ushort code = codes.Segments[0].Codes[(place / codebooks * codes.Codebooks) + (place % codebooks)];
            taken[place] = code < config.Transformer.CodebookSize
                ? code
                : throw new ArgumentException($"Code {code} in frame {place / codebooks}: the codebooks of {config.Name} have {config.Transformer.CodebookSize} entries.", nameof(codes));
        }

        return taken;
    }

    private static ushort[] Interleave(Side[] sides, int frames, int codebooks)
    {
        var codes = new ushort[frames * codebooks];
        for (int channel = 0; channel < sides.Length; channel++)
        {
            List<ushort> own = sides[channel].Complete();
            for (int i = 0; i < codes.Length / sides.Length; i++)
            {
                codes[(i * sides.Length) + channel] = own[i];
            }
        }

        return codes;
    }

    /// <summary>One channel.</summary>
    private sealed class Side(ICodecEncoder encoder) : ICodeSink, IDisposable
    {
        private readonly List<ushort> _codes = [];

        public void Write(ReadOnlySpan<float> samples) => encoder.Write(samples, this);

        public List<ushort> Complete()
        {
            encoder.Complete(this);
            return _codes;
        }

        public void BeginSegment(float scale)
        {
            // Generators have codecs without segments.
        }

        public void WriteFrames(ReadOnlySpan<ushort> codes) => _codes.AddRange(codes);

        public void Dispose() => encoder.Dispose();
    }
}
