using Coda.Inference.Sessions;

namespace Coda.Workflows.Progress;

/// <summary>What every <see cref="IWorkflowProgress"/> can besides.</summary>
public static class WorkflowProgress
{
    /// <summary>Runs a phase of the work that makes nothing but what it writes.</summary>
    /// <param name="progress">Who is told.</param>
    /// <param name="title">What is done, in a word or two.</param>
    /// <param name="work">The work; tells where it stands.</param>
    public static void Run(this IWorkflowProgress progress, string title, Action<IProgress<PhaseState>> work)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(work);
        progress.Run(title, state =>
        {
            work(state);
            return true;
        });
    }

    /// <summary>Opens a trained model for a workflow, on a device that can be used; says aloud what a run has to change to go on.</summary>
    /// <param name="progress">Who is told.</param>
    /// <param name="folder">The model's folder, or the name of a released model.</param>
    /// <param name="device">Where ONNX Runtime computes: cpu, cuda or cuda:n.</param>
    /// <exception cref="ArgumentException">The device cannot be used; the message names what to install.</exception>
    /// <exception cref="FileNotFoundException">There is no card, or a file that it names is missing.</exception>
    /// <exception cref="InvalidDataException">The card is damaged, or contradicts itself.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">A file's hash differs from the card's.</exception>
    public static OnnxModel OpenModel(this IWorkflowProgress progress, string folder, string device = "cpu")
    {
        ArgumentNullException.ThrowIfNull(progress);
        var model = OnnxModel.Open(folder, new SessionSettings { Device = device, Notices = new Relay<string>(progress.Say) });
        try
        {
            model.RequireDevice();
            return model;
        }
        catch (InvalidOperationException fault)
        {
            model.Dispose();
            throw new ArgumentException($"--device: {fault.Message}", fault);
        }
    }
}
