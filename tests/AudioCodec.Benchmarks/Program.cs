using System.Globalization;
using AudioCodec.Benchmarks;
using AudioCodec.Benchmarks.Peers;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

switch (args)
{
    case ["--report", ..]:
        CodecReport.Run(args.Length > 1 ? args[1] : null);
        LanguageModelReport.Run(args.Length > 1 ? args[1] : null);
        break;
    case ["--layers", ..]:
        LayerReport.Run(args.Length > 1 ? args[1] : null);
        break;
    case ["--peers", ..]:
        PeerReport.Run(args.Length > 1 ? args[1] : null, args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 2);
        break;
    case ["--report-lm", ..]:
        LanguageModelReport.Run(args.Length > 1 ? args[1] : null);
        break;
    case ["--seek-distance", string model, .. var folders]:
        SeekDistanceReport.Run(model, folders);
        break;
    case ["--report-search", ..]:
        SearchReport.Run(args.Length > 1 ? args[1] : null);
        break;
    case ["--generator", "medium", ..]:
        GeneratorReport.RunMedium(args.Length > 2 ? args[2] : null);
        break;
    case ["--first-sound", string generating, ..]:
        FirstSoundReport.Run(generating, args.Length > 2 ? args[2] : null);
        break;
    case ["--generator", ..]:
        GeneratorReport.Run(args.Length > 1 ? args[1] : null);
        break;
    case ["--tokenize", string encoding, string audio, ..]:
        TokenizingReport.Run(encoding, audio, args.Length > 3 ? args[3] : null, args.Length > 4 ? double.Parse(args[4], CultureInfo.InvariantCulture) : 300);
        break;
    case ["--memory", string program, .. var minutes]:
        MemoryReport.Run(program, minutes is [] ? [1, 2] : [.. minutes.Select(m => double.Parse(m, CultureInfo.InvariantCulture))]);
        break;
    case ["--fuzz", string inputs, .. var first]:
        return FuzzReport.Run(long.Parse(inputs, CultureInfo.InvariantCulture), first is [] ? 0 : long.Parse(first[0], CultureInfo.InvariantCulture)) == 0 ? 0 : 1;
    default:
        // A busy machine may take minutes to build what a job runs in.
        BenchmarkSwitcher.FromAssembly(typeof(CodecReport).Assembly)
            .Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(20)));
        break;
}

return 0;
