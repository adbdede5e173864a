using System.Runtime.InteropServices;
using AudioCodec.Cli;
using AudioCodec.Cli.Session;

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CommandLine.RunAsync(args, new CliSession(), stop.Token).ConfigureAwait(false);

void Stop(PosixSignalContext context)
{
    // The first signal lets the command delete what it has half written; a second one ends the process at once.
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
