using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Training.Algebra;
using Coda.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>The optimizers, the schedule and the files of checkpoints.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OptimizationTests
{
    [TestMethod]
    public void AdamIsItsPublishedRecursion()
    {
        using var weight = TorchArrays.Of([1, -2]).requires_grad_(true);
        using var adam = new Adam(new Dictionary<string, Tensor> { ["w"] = weight });
        var scalar = new ScalarAdam { State = { ["w"] = new ScalarAdam.Moments(1, 0, 0) } };
        double[] value = [1, -2], first = new double[2], second = new double[2];
        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            (weight * weight * weight).sum().backward();
            Assert.AreEqual(Math.Sqrt(value.Sum(w => Math.Pow(3 * w * w, 2))), adam.GradientNorm(), 1e-3);
            adam.Step(step, 0.1, 0.5);
            scalar.Step(step, 0.1, "w", 1.5 * Math.Pow(scalar.State["w"].Value, 2), -10, 10);
            for (var i = 0; i < 2; i++)
            {
                var gradient = 0.5 * 3 * value[i] * value[i];
                first[i] = (0.9 * first[i]) + (0.1 * gradient);
                second[i] = (0.999 * second[i]) + (0.001 * gradient * gradient);
                value[i] -= 0.1 * (first[i] / (1 - Math.Pow(0.9, step + 1))) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step + 1))) + 1e-8);
                Assert.AreEqual(value[i], weight[i].item<float>(), 1e-4, $"step {step}, weight {i}");
            }

            Assert.AreEqual(value[0], scalar.State["w"].Value, 1e-12);
            Assert.AreEqual(0, weight.grad!.abs().sum().item<float>(), "expected the gradient to be cleared");
        }

        var moments = adam.Export();
        CollectionAssert.AreEqual(new[] { "first.w", "second.w" }, moments.Keys.ToArray());
        Assert.AreEqual(first[0], moments["first.w"][0], 1e-4);
    }

    [TestMethod]
    public void AParameterStaysWithinItsBounds()
    {
        var scalar = new ScalarAdam { State = { ["F"] = new ScalarAdam.Moments(1, 0, 0) } };
        for (var step = 0; step < 100; step++)
        {
            scalar.Step(step, 0.5, "F", 1, 0.25, 9);
        }

        Assert.AreEqual(0.25, scalar.State["F"].Value);
    }

    [TestMethod]
    public void TheRateRisesToOneAndFallsToZero()
    {
        Assert.AreEqual(0.1, TrainingSchedule.Rate(0, 10, 110), 1e-12);
        Assert.AreEqual(1, TrainingSchedule.Rate(9, 10, 110), 1e-12);
        Assert.AreEqual(1, TrainingSchedule.Rate(10, 10, 110), 1e-12);
        Assert.AreEqual(0.5, TrainingSchedule.Rate(60, 10, 110), 1e-12);
        Assert.AreEqual(0, TrainingSchedule.Rate(110, 10, 110), 1e-12);
        Assert.AreEqual(1, TrainingSchedule.Rate(0, 0, 10), 1e-12);
        var rates = Enumerable.Range(0, 110).Select(step => TrainingSchedule.Rate(step, 10, 110)).ToArray();
        Assert.IsTrue(rates.All(rate => rate is > 0 and <= 1) && rates.Skip(10).Zip(rates.Skip(11)).All(p => p.Second < p.First));
    }

    [TestMethod]
    public void TensorFilesKeepEveryBitAndSafetensorsLayout()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.safetensors");
        var arrays = new Dictionary<string, float[]> { ["a"] = [1, float.NaN, -0f, float.Epsilon, float.NegativeInfinity], ["empty"] = [], ["b"] = [MathF.PI] };
        TensorFile.Write(path, arrays, new Dictionary<string, string> { ["note"] = "ä \"quoted\"" });
        var (read, metadata) = TensorFile.Read(path);
        CollectionAssert.AreEqual(arrays.Keys.ToArray(), read.Keys.ToArray());
        foreach (var (name, array) in arrays)
        {
            Interpretations.Agree.Bits(array, read[name], name);
        }

        Assert.AreEqual("ä \"quoted\"", metadata["note"]);
        var bytes = File.ReadAllBytes(path);
        Assert.AreEqual((byte)'{', bytes[8]);
        Assert.AreEqual(bytes.Length, 8 + BitConverter.ToInt64(bytes) + (4 * 6));
    }

    [TestMethod]
    public void ATensorFileThatIsNoCheckpointIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.safetensors");
        TensorFile.Write(path, new Dictionary<string, float[]>(), new Dictionary<string, string>());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Checkpoint.Read(path)).Message, "expected a checkpoint of Coda");
        TensorFile.Write(path, new Dictionary<string, float[]>(), new Dictionary<string, string> { ["checkpoint"] = "{ \"step\": " });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Checkpoint.Read(path)).Message, path);
        TensorFile.Write(path, new Dictionary<string, float[]>(), new Dictionary<string, string> { ["checkpoint"] = "{}" });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Checkpoint.Read(path)).Message, path);
    }
}
