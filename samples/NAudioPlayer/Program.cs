// With NAudio: compresses a WAV file and plays the second half of the .ecdc file. On other systems than Windows it writes that as WAV.
using AudioCodec;
using AudioCodec.NAudio;
using NAudio.Wave;

if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: NAudioPlayer INPUT.wav OUTPUT.ecdc [DECODED.wav]");
    return 2;
}

using (var recording = new WaveFileReader(args[0]))
{
    CompressionResult result = EcdcFileWriter.CreateEcdcFile(args[1], recording);
    Console.WriteLine($"{args[1]}: {result.Duration.TotalSeconds:0.00} s, {result.BitrateKbps:0.00} kbit/s");
}

// To NAudio the file is a stream like any other: it has a position and a volume.
using var reader = new EcdcFileReader(args[1]) { Volume = 0.8f };
reader.CurrentTime = reader.TotalTime / 2;
if (args.Length == 2 && OperatingSystem.IsWindows())
{
    using var player = new WaveOut();
    using var stopped = new ManualResetEventSlim();
    player.PlaybackStopped += (_, end) =>
    {
        Console.WriteLine(end.Exception?.Message ?? "played");
        stopped.Set();
    };
    player.Init(reader);
    player.Play();
    stopped.Wait();
}
else
{
    string decoded = args.Length == 3 ? args[2] : Path.ChangeExtension(args[1], ".decoded.wav");
    WaveFileWriter.CreateWaveFile16(decoded, reader);
    Console.WriteLine($"{decoded}: from {(reader.TotalTime / 2).TotalSeconds:0.00} s on");
}

return 0;
