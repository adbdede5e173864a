using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Files;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Runs;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Writes what a run's model makes of some texts: audio, and pictures of it, under <c>samples</c>. The managed engine computes it, from the run's folder.</summary>
/// <param name="settings">Texts, and when they are due.</param>
/// <param name="runFolder">The run's folder.</param>
/// <param name="codec">Name or path of the codec.</param>
/// <param name="threads">Threads of the managed engine.</param>
/// <param name="draw">Draws the picture of a sample, a PNG file; <see langword="null"/> for none.</param>
internal sealed class GeneratorSamples(GeneratorRunSettings settings, string runFolder, string codec, int threads, Func<AudioBuffer, byte[]>? draw)
{
    private const int NameLength = 40;

    /// <summary>Whether samples are due at a validation.</summary>
    /// <param name="step">Its step.</param>
    public bool AreDue(long step) =>
        settings.SampleEvery > 0 && settings.SamplePrompts.Count > 0 && step / settings.SampleEvery > (step - settings.ValidEvery) / settings.SampleEvery;

    /// <summary>Makes the samples of a step; the same seed each time, so that steps compare.</summary>
    public void Write(long step, RunLog log)
    {
        string folder = Path.Combine(runFolder, "samples", string.Create(CultureInfo.InvariantCulture, $"step_{step:D6}"));
        Directory.CreateDirectory(folder);
        using Generator generator = Generator.Load(runFolder, new GeneratorOptions { Codec = codec, Threads = threads });
        foreach (GeneratedAudio made in generator.GenerateBatch([.. settings.SamplePrompts], new GenerationOptions { Seed = settings.Seed }))
        {
            string name = NameOf(made.Prompt ?? "");
            AtomicFile.Write(Path.Combine(folder, name + ".wav"), WavWriter.ToBytes(made.Audio));
            if (draw is not null)
            {
                AtomicFile.Write(Path.Combine(folder, name + ".png"), draw(made.Audio));
            }

            log.Audio(name, step, made.Audio);
        }
    }

    private static string NameOf(string prompt)
    {
        string name = string.Concat(prompt.Take(NameLength).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
        return name.Length > 0 ? name : "no_text";
    }
}
