using System.Reflection;
using System.Reflection.Emit;
using Coda.Data.Dynamics;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Experiments;

namespace Coda.Tests.Foundation;

/// <summary>Plug-ins that do not fit, in a process of their own, because what a process has loaded stays.</summary>
[TestClass]
public sealed class PlugInTests
{
    [TestMethod]
    public void TwoOfOneNameAreBothNamed()
    {
        using var folder = new TemporaryDirectory();
        Save(folder.File("twice.dll"), module =>
        {
            var type = module.DefineType("My.Own.Experiment", TypeAttributes.Public | TypeAttributes.Sealed, typeof(NamedExperiment));
            var own = type.DefineMethod("get_Experiment", MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(Experiment),
                []);
            own.GetILGenerator().Emit(OpCodes.Newobj, typeof(Experiment).GetConstructor([])!);
            own.GetILGenerator().Emit(OpCodes.Ret);
            type.DefineDefaultConstructor(MethodAttributes.Public);
            type.CreateType();
        });
        var run = CommandRun.AsProcess(folder.Path, "train", "--plugin", folder.File("twice.dll"), "--archive",
            folder.File("none"), "--experiment", "lorenz96", "--output", folder.File("model"));
        Assert.AreEqual(2, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, "Expected one experiment called 'lorenz96', got two:");
        StringAssert.Contains(run.Error, "My.Own.Experiment of twice.dll");
        StringAssert.Contains(run.Error, "Lorenz96Experiment of Coda.Training.dll");
    }

    [TestMethod]
    public void AnAssemblyThatCannotBeReadIsNamedWhereANameIsUnknown()
    {
        using var folder = new TemporaryDirectory();
        Save(folder.File("old.dll"), module =>
        {
            // As after a change of the contract: the methods that it asks for are not there.
            var type = module.DefineType("My.Own.System", TypeAttributes.Public | TypeAttributes.Sealed, typeof(DynamicalSystem));
            type.CreateType();
        });
        var run = CommandRun.AsProcess(folder.Path, "simulate", "--plugin", folder.File("old.dll"), "--system", "mine", "--output", folder.File("archive"));
        Assert.AreEqual(2, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, "Unknown system 'mine'.");
        StringAssert.Contains(run.Error, "Not looked through: old.dll");
        Assert.AreEqual(0, CommandRun.AsProcess(folder.Path, "systems", "--plugin", folder.File("old.dll")).ExitCode);
    }

    private static void Save(string path, Action<ModuleBuilder> define)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(path)), typeof(object).Assembly);
        define(assembly.DefineDynamicModule("module"));
        assembly.Save(path);
    }
}
