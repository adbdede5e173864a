using AudioCodec.Bitstream;

namespace AudioCodec.Compression;

/// <summary>Fades out where a lost part of a stream begins and in where it ends, with silence in between.</summary>
/// <remarks>
/// The first <paramref name="fadeSamples"/> of a lost part are decoded from the last intact frame, repeated, and fall linearly to
/// silence. The decoder's state behind a lost part is that of repeated frames: the first <paramref name="fadeSamples"/> rise linearly.
/// A part lost at the very start has no intact frame before it and is silent. The length does not change.
/// </remarks>
/// <param name="channels">Audio channels.</param>
/// <param name="fadeSamples">Length of a fade per channel.</param>
internal sealed class GapFade(int channels, int fadeSamples)
{
    private readonly List<(long Start, long End)> _gaps = [];
    private int _damageSeen;
    private int _firstGap;

    /// <summary>Adds the damage that was reported since the last call; adjacent parts are merged.</summary>
    public void Update(IReadOnlyList<EcdcDamage> damage)
    {
        for (; _damageSeen < damage.Count; _damageSeen++)
        {
            EcdcDamage one = damage[_damageSeen];
            if (one.Chunk < 0 || one.LengthSamples == 0)
            {
                continue;
            }

            long end = one.StartSample + one.LengthSamples;
            if (_gaps.Count > 0 && _gaps[^1].End == one.StartSample)
            {
                _gaps[^1] = (_gaps[^1].Start, end);
            }
            else
            {
                _gaps.Add((one.StartSample, end));
            }
        }
    }

    /// <summary>Applies the fades to consecutive samples of the output.</summary>
    /// <param name="interleaved">[T, C].</param>
    /// <param name="position">Sample of the output at which they start.</param>
    public void Apply(Span<float> interleaved, long position)
    {
        long end = position + (interleaved.Length / channels);
        while (_firstGap < _gaps.Count && _gaps[_firstGap].End + fadeSamples <= position)
        {
            _firstGap++;
        }

        for (int i = _firstGap; i < _gaps.Count && _gaps[i].Start < end; i++)
        {
            long last = Math.Min(end, _gaps[i].End + fadeSamples);
            for (long sample = Math.Max(position, _gaps[i].Start); sample < last; sample++)
            {
                Scale(interleaved, sample - position, Gain(_gaps[i], sample));
            }
        }
    }

    /// <summary>Fades out the end of the output of a truncated file.</summary>
    public void ApplyEnd(Span<float> interleaved, long position, long lengthSamples)
    {
        long end = position + (interleaved.Length / channels);
        for (long sample = Math.Max(position, lengthSamples - fadeSamples); sample < end; sample++)
        {
            Scale(interleaved, sample - position, (lengthSamples - sample - 1) / (float)fadeSamples);
        }
    }

    private float Gain((long Start, long End) gap, long sample)
    {
        if (sample >= gap.End)
        {
            return (sample - gap.End) / (float)fadeSamples;
        }

        return gap.Start == 0 ? 0 : Math.Max(0, fadeSamples - (sample - gap.Start)) / (float)fadeSamples;
    }

    private void Scale(Span<float> interleaved, long sample, float gain)
    {
        foreach (ref float value in interleaved.Slice((int)sample * channels, channels))
        {
            value *= gain;
        }
    }
}
