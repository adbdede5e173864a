using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Numerics;

namespace AudioCodec.Training.Data;

/// <summary>Makes other versions of a recording that still sound like it, but whose codes differ: the codec's codes change with a shift of two milliseconds.</summary>
/// <param name="GainMinDb">Lowest gain, dB.</param>
/// <param name="GainMaxDb">Highest gain, dB.</param>
/// <param name="PitchSemitones">Largest change of pitch (and with it of speed) either way, semitones.</param>
/// <param name="TiltDb">Largest rise of the treble against the bass either way, dB.</param>
internal sealed record ClipVariant(double GainMinDb, double GainMaxDb, double PitchSemitones = 0, double TiltDb = 0)
{
    private const float MostPeak = 0.99f;
    private const double SmallestPeak = 1e-6;

    /// <summary>A version that starts at a random sample of the first frame, with a random pitch, tilt and gain.</summary>
    /// <param name="audio">The recording; left as it is.</param>
    /// <param name="hopSamples">Samples of a frame: the shift is smaller.</param>
    /// <param name="random">Decides; the same state gives the same version.</param>
    public AudioBuffer Make(AudioBuffer audio, int hopSamples, SplitMix random)
    {
        int offset = (int)random.NextInt64(Math.Min(hopSamples, audio.LengthSamples));
        double gain = Math.Pow(10, random.NextDouble(GainMinDb, GainMaxDb) / 20);
        AudioBuffer made = audio.Slice(offset, audio.LengthSamples - offset);
        if (PitchSemitones > 0)
        {
            made = Repitch(made, random.NextDouble(-PitchSemitones, PitchSemitones));
        }

        if (TiltDb > 0)
        {
            double tilt = random.NextDouble(-TiltDb, TiltDb);
            for (int channel = 0; channel < made.Channels; channel++)
            {
                SpectralTilt.Apply(made.Channel(channel), tilt, made.SampleRateHz);
            }
        }

        float peak = Math.Abs(TensorPrimitives.MaxMagnitude<float>(made.Samples));
        TensorPrimitives.Multiply(made.Samples, (float)Math.Min(gain, MostPeak / Math.Max(peak, SmallestPeak)), made.Samples);
        return made;
    }

    /// <summary>Plays the recording faster or slower, as a tape would.</summary>
    private static AudioBuffer Repitch(AudioBuffer audio, double semitones)
    {
        int playedAtHz = (int)Math.Round(audio.SampleRateHz * Math.Pow(2, semitones / 12));
        if (playedAtHz == audio.SampleRateHz)
        {
            return audio;
        }

        using AudioSource source = AudioFile.Convert(
            new AudioBufferSource(new AudioBuffer(audio.Samples, audio.Channels, playedAtHz)), audio.SampleRateHz, audio.Channels);
        return AudioFile.ReadAll(source);
    }
}
