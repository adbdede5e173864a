using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Files;

namespace AudioCodec.Training.Tokenizing;

/// <summary>Turns files into codes: one by one as streams, or, on an engine that is made for it, many together.</summary>
/// <param name="engine">The codec.</param>
/// <param name="codebooks">Codes per frame.</param>
/// <param name="options">Threads and search width.</param>
/// <param name="done">Told the seconds of each file that is encoded.</param>
internal sealed class FileEncoder(ICodecEngine engine, int codebooks, TokenizeOptions options, Action<double> done)
{
    /// <summary>Longer recordings, and those that do not say how long they are, are never held in memory whole.</summary>
    private const double LongestInMemorySeconds = 60;

    private readonly IBatchEncoder? _batches = engine as IBatchEncoder;
    private readonly int _rate = engine.Config.SampleRateHz;

    /// <summary>Reads files, and encodes those that are not to be encoded together.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReadFile[] Read(IReadOnlyList<(PlannedFile File, AudioClip Clip)> files, CancellationToken cancellation)
    {
        var read = new ReadFile[files.Count];
        LargestFirst.Run([.. files.Select(file => file.Clip.Path)], options.Jobs, i =>
        {
            string path = files[i].File.Path;
            try
            {
                using AudioSource source = AudioFile.OpenConverted(files[i].Clip.Path, _rate, engine.Config.Channels);
                if (_batches is not null && source.LengthSamples is long length && length <= LongestInMemorySeconds * _rate)
                {
                    read[i] = new ReadFile(path, AudioFile.ReadAll(source, path), null, [.. source.Warnings]);
                    return;
                }

                EncodedAudio codes = engine.EncodeAll(source, codebooks, 1, options.SearchWidth, cancellation);
                read[i] = new ReadFile(path, null, Result(path, codes, [.. source.Warnings]), []);
            }
            catch (Exception exception) when (exception is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                read[i] = new ReadFile(path, null, new TokenizedFile(path, 0, 0, exception.Message, []), []);
            }
        }, cancellation);
        return read;
    }

    /// <summary>Encodes together what was read for it.</summary>
    /// <returns>The files in their order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TokenizedFile[] Finish(ReadFile[] files, CancellationToken cancellation)
    {
        var finished = Array.ConvertAll(files, file => file.Finished);
        if (_batches is null)
        {
            return finished!; // Read encoded everything.
        }

        // By length, so that little is wasted on silence behind the shorter ones.
        var pending = new Queue<int>(Enumerable.Range(0, files.Length).Where(i => files[i].Audio is not null).OrderBy(i => files[i].Audio!.LengthSamples));
        while (pending.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            List<int> together = [pending.Dequeue()];
            while (pending.TryPeek(out int next) && (together.Count + 1) * Seconds(files[next]) <= _batches.BatchSeconds)
            {
                together.Add(pending.Dequeue());
            }

            EncodedAudio[] codes = _batches.EncodeBatch([.. together.Select(i => files[i].Audio!)], codebooks, options.Jobs, options.SearchWidth);
            for (int i = 0; i < codes.Length; i++)
            {
                ReadFile file = files[together[i]];
                finished[together[i]] = Result(file.Path, codes[i], file.Warnings);
            }
        }

        return finished!; // Each was read or has failed.
    }

    private double Seconds(ReadFile file) => (double)file.Audio!.LengthSamples / _rate;

    private TokenizedFile Result(string path, EncodedAudio codes, IReadOnlyList<string> warnings)
    {
        done((double)codes.LengthSamples / _rate);
        return new TokenizedFile(path, codes.LengthSamples, codes.FrameCount, null, warnings) { Codes = codes };
    }
}

/// <summary>A file that was read.</summary>
/// <param name="Path">Its path below the corpus.</param>
/// <param name="Audio">What is to be encoded together with others.</param>
/// <param name="Finished">What became of it otherwise.</param>
/// <param name="Warnings">Irregularities of the audio.</param>
internal sealed record ReadFile(string Path, AudioBuffer? Audio, TokenizedFile? Finished, IReadOnlyList<string> Warnings);
