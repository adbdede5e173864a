using AudioCodec.Benchmarks;
using BenchmarkDotNet.Running;

if (args is ["--report", ..])
{
    CodecReport.Run(args.Length > 1 ? args[1] : null);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(CodecReport).Assembly).Run(args);
}
