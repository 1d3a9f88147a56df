using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Progress;

namespace Coda.Tests.Workflows;

/// <summary>How every workflow opens a trained model.</summary>
[TestClass]
public sealed class OpenModelTests
{
    [TestMethod]
    public void WhatARunHasToChangeIsSaidToWhoeverWatches()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var progress = new RecordingProgress();
        using var model = new ProgressAside(progress).OpenModel(folder.Path);
        model.Settings.Notices!.Report("Device cuda:0: no memory for runs of 64 rows; going on with 32.");
        CollectionAssert.AreEqual(new[] { "Device cuda:0: no memory for runs of 64 rows; going on with 32." }, progress.Said);
    }

    [TestMethod]
    public void ADeviceThatIsNotThereIsRefusedAtOnce()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new SilentProgress().OpenModel(folder.Path, "cuda:201")); // more than any machine has
        StringAssert.StartsWith(fault.Message, "--device: Device cuda:201: expected ONNX Runtime's CUDA provider, got: ");
    }
}
