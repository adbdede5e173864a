// Sends a recording through the codec as a call would: chunk by chunk, each decoded before the next is there. Measures the delay.
using System.Diagnostics;
using AudioCodec;
using AudioCodec.Audio;
using AudioCodec.Codecs;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: LiveStream AUDIO RECEIVED.wav");
    return 2;
}

await using Codec codec = await Codec.LoadAsync();
int rate = codec.Info.SampleRateHz, channels = codec.Info.Channels;
using AudioSource microphone = AudioFile.OpenConverted(args[0], rate, channels);
using var loudspeaker = new WavWriter(File.Create(args[1]), rate, channels);
using ICodecEncoder encoder = codec.OpenEncoder(bandwidthKbps: 6);
using ICodecDecoder decoder = codec.OpenDecoder(encoder.Codebooks);
var line = new Line(decoder, loudspeaker);
var chunk = new float[rate / 50 * channels]; // 20 ms.
var computing = new Stopwatch();
long chunks = 0, waiting = 0;
for (int read = microphone.Read(chunk); read > 0; read = microphone.Read(chunk))
{
    computing.Start();
    encoder.Write(chunk.AsSpan(0, read * channels), line);
    computing.Stop();
    chunks++;
    waiting = Math.Max(waiting, encoder.LengthSamples - decoder.SamplesGiven);
}

encoder.Complete(line);
decoder.Complete(line);
loudspeaker.Complete();
double seconds = (double)encoder.LengthSamples / rate;
double kbps = line.Codes * codec.Info.Config.BitsPerCode / seconds / 1000;
Console.WriteLine($"sent {seconds:0.00} s in chunks of 20 ms at {kbps:0.00} kbit/s");
Console.WriteLine($"delay: at most {1000.0 * waiting / rate:0.0} ms of sound wait in the codec");
Console.WriteLine($"computing: {computing.Elapsed.TotalMilliseconds / chunks:0.0} ms for a chunk on average");
return 0;

// What lies between both ends. A program of your own sends the codes over a network.
internal sealed class Line(ICodecDecoder decoder, WavWriter loudspeaker) : ICodeSink, ISampleSink
{
    public long Codes { get; private set; }

    public void BeginSegment(float scale) => decoder.BeginSegment(scale, this);

    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
        Codes += codes.Length;
        decoder.Write(codes, this);
    }

    public void WriteSamples(ReadOnlySpan<float> interleaved) => loudspeaker.Write(interleaved);
}
