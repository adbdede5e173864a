using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data;

/// <summary>Draws batches of random crops. A batch depends on seed and step alone, so that a resumed run sees the same data.</summary>
internal sealed class CropSampler
{
    private const int Attempts = 8;

    private readonly ClipPicker _picker;
    private readonly ClipCache _cache;
    private readonly DataSettings _settings;
    private readonly int _channels;
    private readonly int _length;
    private readonly long _seed;

    /// <summary>Prepares drawing.</summary>
    /// <param name="clips">Files to draw from.</param>
    /// <param name="cache">Decodes them.</param>
    /// <param name="settings">Sizes, weights, augmentation.</param>
    /// <param name="channels">Channels C.</param>
    /// <param name="lengthSamples">Samples per crop T.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ConfigException">The kinds with a weight above 0 have no file.</exception>
    public CropSampler(IReadOnlyList<AudioClip> clips, ClipCache cache, DataSettings settings, int channels, int lengthSamples, long seed)
    {
        (_cache, _settings, _channels, _length, _seed) = (cache, settings, channels, lengthSamples, seed);
        _picker = new ClipPicker(clips, settings, cache.SampleRateHz);
    }

    /// <summary>The batch of one step: [B, C, T] row-major.</summary>
    /// <exception cref="AudioFormatException">No readable file was found in many draws.</exception>
    public float[] Batch(long step)
    {
        var batch = new float[(long)_settings.BatchSize * _channels * _length];
        for (int item = 0; item < _settings.BatchSize; item++)
        {
            Fill(batch.AsSpan(item * _channels * _length, _channels * _length), step, SplitMix.For(_seed, step + 1, item + 1));
        }

        return batch;
    }

    private void Fill(Span<float> crop, long step, SplitMix random)
    {
        Draw(crop, step, random);
        if (random.NextDouble() < _settings.MixProbability)
        {
            var second = new float[crop.Length];
            Draw(second, step, random);
            TensorPrimitives.MultiplyAdd(second, (float)Math.Pow(10, random.NextDouble(-15, 0) / 20), crop, crop);
        }

        double gain = Math.Pow(10, random.NextDouble(_settings.GainMinDb, _settings.GainMaxDb) / 20);
        float peak = TensorPrimitives.MaxMagnitude(crop);
        TensorPrimitives.Multiply(crop, (float)Math.Min(gain, 0.99 / Math.Max(Math.Abs(peak), 1e-6)), crop);
    }

    private void Draw(Span<float> crop, long step, SplitMix random)
    {
        bool found = false;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            AudioBuffer? clip = _cache.Get(_picker.Pick(step, random).Path);
            if (clip is null)
            {
                continue;
            }

            Cut(clip, crop, random);
            found = true;
            if (Math.Sqrt(TensorPrimitives.SumOfSquares<float>(crop) / crop.Length) >= _settings.SilenceRms)
            {
                return;
            }
        }

        if (!found)
        {
            throw new AudioFormatException($"{Attempts} files drawn in turn could not be read; the first fault was: {_cache.FirstError}", "data");
        }
    }

    private void Cut(AudioBuffer clip, Span<float> crop, SplitMix random)
    {
        int spare = clip.LengthSamples - _length;
        int start = spare > 0 ? (int)random.NextInt64(spare + 1) : 0;
        int count = Math.Min(_length, clip.LengthSamples);
        crop.Clear();
        for (int channel = 0; channel < _channels; channel++)
        {
            clip.Channel(channel).Slice(start, count).CopyTo(crop[(channel * _length)..]);
        }
    }
}
