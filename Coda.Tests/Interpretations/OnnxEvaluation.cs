using Microsoft.ML.OnnxRuntime;

namespace Coda.Tests.Interpretations;

/// <summary>Runs an ONNX file in ONNX Runtime.</summary>
internal static class OnnxEvaluation
{
    public static Dictionary<string, Operand> Once(byte[] file, IReadOnlyDictionary<string, Operand> fed)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(file, options);
        var inputs = fed.ToDictionary(
            p => p.Key, p => OrtValue.CreateTensorValueFromMemory(p.Value.Single, Array.ConvertAll(p.Value.Shape, axis => (long)axis)));
        try
        {
            using var run = new RunOptions();
            using var results = session.Run(run, inputs, session.OutputNames);
            return session.OutputNames.Zip(results).ToDictionary(p => p.First, p => Plain(p.Second));
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static Operand Plain(OrtValue value) => new(
        Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), v => (double)v),
        Array.ConvertAll(value.GetTensorTypeAndShape().Shape, axis => (int)axis));
}
