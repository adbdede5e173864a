// Compresses an audio file to .ecdc beside it and shows how far it is, then decompresses the result. Ctrl-C stops it.
using AudioCodec;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: FileToFile AUDIO");
    return 2;
}

string compressed = Path.ChangeExtension(args[0], ".ecdc");
string decompressed = Path.ChangeExtension(args[0], ".decompressed.wav");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

try
{
    // Without a name: the model of the package AudioCodec.Models. A checkpoint's folder or file will do, too.
    await using Codec codec = await Codec.LoadAsync(cancellationToken: stop.Token);
    await using (FileStream input = File.OpenRead(args[0]))
    await using (FileStream output = File.Create(compressed))
    {
        var tags = new Dictionary<string, string> { ["title"] = Path.GetFileNameWithoutExtension(args[0]) };
        var options = new CompressionOptions { BandwidthKbps = 6, Tags = tags };
        CompressionResult result = await codec.CompressAsync(input, output, options, new Percentage(), stop.Token);
        Console.WriteLine($"\r{compressed}: {result.Duration.TotalSeconds:0.00} s, {result.BitrateKbps:0.00} kbit/s, {codec.Info.Name}");
    }

    await using (FileStream input = File.OpenRead(compressed))
    await using (FileStream output = File.Create(decompressed))
    {
        DecompressionResult result = await codec.DecompressAsync(input, output, cancellationToken: stop.Token);
        Console.WriteLine($"{decompressed}: {result.LengthSamples} samples, peak {result.Peak:0.00}");
    }

    // An open file plays from any place on: here its last half is read, block by block.
    await using EcdcFile file = await codec.OpenAsync(File.OpenRead(compressed), cancellationToken: stop.Token);
    await foreach (AudioBlock block in file.ReadAudioAsync(file.Duration / 2, stop.Token))
    {
        Console.Write($"\r'{file.Tags["title"]}' from {block.Start.TotalSeconds:0.0} s of {file.Duration.TotalSeconds:0.0} s");
    }

    Console.WriteLine();
    return 0;
}
catch (Exception error) when (error is CodecException or IOException or OperationCanceledException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

internal sealed class Percentage : IProgress<double>
{
    public void Report(double value) => Console.Write($"\r{value:P0} ");
}
