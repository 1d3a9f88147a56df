using System.Runtime.InteropServices;
using Coda.Cli;
using Coda.Stores.S3;

// The first Ctrl-C (or SIGTERM, or the end of the terminal) asks the command to stop when its files (or replies) are whole; the second stops the process at
// once.
using var cancellation = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    if (!cancellation.IsCancellationRequested)
    {
        context.Cancel = true;
        if (Environment.GetEnvironmentVariable("PMI_RANK") is null or "0") // once, where a launcher has started several
        {
            Console.Error.WriteLine("Stopping as soon as what is under way is whole; Ctrl-C again stops at once.");
        }

        cancellation.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
S3Stores.Use();
return CodaCommandLine.Run(args, Console.Out, Console.Error, cancellation.Token, () => ProcessEnd.Now(ExitCodes.Interrupted));

/// <summary>Declared so that it stays internal: the web framework's generator makes it public where it is not.</summary>
internal sealed partial class Program;
