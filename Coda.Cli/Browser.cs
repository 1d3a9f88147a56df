using System.ComponentModel;
using System.Diagnostics;

namespace Coda.Cli;

/// <summary>Shows files to a person.</summary>
internal static class Browser
{
    /// <summary>Opens a file with what the system opens it with.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">There is nothing to open it with.</exception>
    public static void Open(string path)
    {
        try
        {
            using var _ = Process.Start(new ProcessStartInfo(Path.GetFullPath(path)) { UseShellExecute = true });
        }
        catch (Win32Exception fault)
        {
            throw new InvalidOperationException($"--open: expected a program that opens {path}, got none: {fault.Message}. Open the file yourself.", fault);
        }
    }
}
