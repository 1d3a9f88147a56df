using System.Reflection;
using Coda.Inference.Sessions;
using Coda.Tests.Foundation;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class OnnxLibraryTests
{
    [TestMethod]
    public void WithoutItsLibraryTheErrorSaysWhatBringsIt()
    {
        var coda = new WithoutNatives(typeof(OnnxModel).Assembly, typeof(InferenceSession).Assembly).LoadFromAssemblyName(typeof(OnnxModel).Assembly.GetName());
        var require = coda.GetType(typeof(OnnxLibrary).FullName!)!.GetMethod(nameof(OnnxLibrary.Require))!;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var fault = Assert.ThrowsExactly<TargetInvocationException>(() => require.Invoke(null, null)).InnerException;
            Assert.IsInstanceOfType<DllNotFoundException>(fault);
            StringAssert.Contains(fault.Message, "Expected ONNX Runtime's native library (onnxruntime) beside the application");
            StringAssert.Contains(fault.Message, "Refer to the package Microsoft.ML.OnnxRuntime,");
        }
    }
}
