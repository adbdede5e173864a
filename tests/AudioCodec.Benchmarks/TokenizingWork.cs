using System.Collections.Concurrent;
using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.TestSupport;
using AudioCodec.Training.Tokenizing;

namespace AudioCodec.Benchmarks;

/// <summary>Recordings drawn from a folder, and the ways from them to codes.</summary>
internal sealed class TokenizingWork : IDisposable
{
    private const double BandwidthKbps = 6;
    private readonly string _program;
    private readonly TemporaryFolder _folder = new();
    private readonly List<AudioBuffer> _audio = [];
    private int _outputs;

    /// <summary>Draws whole files, always the same, until there are <paramref name="seconds"/> of them.</summary>
    /// <exception cref="ArgumentException">The folder has less.</exception>
    public TokenizingWork(string program, string audio, double seconds)
    {
        _program = program;
        string[] files = [.. AudioFile.FindAll(audio).Where(file => file.EndsWith(".flac", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        new Random(1).Shuffle(files);
        Directory.CreateDirectory(Flac);
        Directory.CreateDirectory(Wav);
        foreach (string file in files.TakeWhile(_ => Seconds < seconds))
        {
            AudioBuffer read = AudioFile.ReadAll(file);
            string name = $"{_audio.Count:D4}";
            File.Copy(file, Path.Combine(Flac, name + ".flac"));
            File.WriteAllBytes(Path.Combine(Wav, name + ".wav"), WavWriter.ToBytes(read));
            using AudioSource source = AudioFile.Convert(new AudioBufferSource(read), 24000, 1);
            _audio.Add(AudioFile.ReadAll(source));
        }

        if (Seconds < seconds)
        {
            throw new ArgumentException($"'{audio}' has {Seconds:F0} s of FLAC; {seconds:F0} are asked for.", nameof(seconds));
        }
    }

    public int Files => _audio.Count;

    public double Seconds => _audio.Sum(SecondsOf);

    public double LongestSeconds => _audio.Max(SecondsOf);

    private string Flac => _folder["flac"];

    private string Wav => _folder["wav"];

    /// <summary>All ways with one codec.</summary>
    public IEnumerable<TokenizingTask> Tasks(Codec codec)
    {
        string model = codec.Info.Name;
        AudioBuffer together = new([.. _audio.SelectMany(recording => recording.Samples)], 1, codec.Info.SampleRateHz);
        yield return new(TokenizingKind.Reading, "reading FLAC", 1, () => Read(Flac, codec));
        yield return new(TokenizingKind.Reading, "reading WAV", 1, () => Read(Wav, codec));
        yield return new(TokenizingKind.Pipeline, "encoder, all as one recording", 1, () => codec.Engine.Encode(together, BandwidthKbps));
        foreach (int jobs in new[] { 1, 2 })
        {
            yield return new(TokenizingKind.Encoder, "encoder", jobs, () => Parallel.ForEach(
                Partitioner.Create(_audio, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = jobs },
                recording => codec.Engine.Encode(recording, BandwidthKbps)));
            yield return new(TokenizingKind.Pipeline, "`tokenize`", jobs, () => Tokenize(codec, jobs));
        }

        yield return new(TokenizingKind.Pipeline, "two programs, `tokenize --jobs 1 --shard i/2`", 2, () =>
        {
            string output = Output();
            Start([0, 1], worker => ["tokenize", Flac, "-o", output, "--model", model, "-b", "6", "--jobs", "1", "--shard", $"{worker}/2", "--shard-files", $"{(Files / 8) + 1}"]);
        });
        foreach (int jobs in new[] { 1, 2 })
        {
            yield return new(TokenizingKind.Pipeline, "program, `compress`", jobs, () =>
            {
                string output = Output();
                Start([0], _ => ["compress", Flac, "-o", output, "--model", model, "-b", "6", "--jobs", $"{jobs}", "--threads", "1"]);
            });
        }
    }

    public void Dispose() => _folder.Dispose();

    private static double SecondsOf(AudioBuffer audio) => (double)audio.LengthSamples / audio.SampleRateHz;

    private static void Read(string folder, Codec codec)
    {
        foreach (string file in AudioFile.FindAll(folder))
        {
            using AudioSource source = AudioFile.OpenConverted(file, codec.Info.SampleRateHz, codec.Info.Channels);
            AudioFile.ReadAll(source, file);
        }
    }

    private void Tokenize(Codec codec, int jobs)
    {
        TokenizeResult result = CorpusTokenizer.Run(codec, new TokenizeOptions { Corpus = Flac, Output = Output(), BandwidthKbps = BandwidthKbps, Jobs = jobs });
        if (result.Files != Files)
        {
            throw new InvalidOperationException($"{result.Files} files were turned into codes, not {Files}: {string.Join("; ", result.Failures)}");
        }
    }

    private string Output() => _folder[$"output{_outputs++}"];

    /// <summary>Runs the program once for each number, side by side.</summary>
    private void Start(int[] numbers, Func<int, string[]> arguments)
    {
        // New processes, as UseShellExecute is off.
        Process[] processes = [.. numbers.Select(number => Process.Start(new ProcessStartInfo(_program, arguments(number)) { RedirectStandardError = true })!)];
        foreach (Process process in processes)
        {
            using (process)
            {
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0)
                {
                    throw new InvalidOperationException($"{_program} failed with {process.ExitCode}.");
                }
            }
        }
    }
}
