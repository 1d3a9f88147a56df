using System.Reflection;
using System.Reflection.Emit;
using Coda.Cli;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
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
        Assert.AreEqual(ExitCodes.BadData, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, "twice.dll: experiment Experiment, name: Expected one experiment called 'lorenz96', got two:");
        StringAssert.Contains(run.Error, "My.Own.Experiment of twice.dll");
        StringAssert.Contains(run.Error, "Lorenz96Experiment of Coda.Training.dll");
    }

    [TestMethod]
    public void AnAssemblyThatDoesNotFitIsRefusedWhenItIsLoaded()
    {
        using var folder = new TemporaryDirectory();
        Save(folder.File("old.dll"), module =>
        {
            // As after a change of the contract: the methods that it asks for are not there.
            var type = module.DefineType("My.Own.System", TypeAttributes.Public | TypeAttributes.Sealed, typeof(DynamicalSystem));
            type.CreateType();
        });
        File.WriteAllText(folder.File("text.dll"), "no assembly");
        foreach (var command in new[] { "systems", "check" })
        {
            CommandRun.AsProcess(folder.Path, command, "--plugin", "old.dll").Failed(
                ExitCodes.BadData, "old.dll: expected an assembly that fits this version of Coda", "My.Own.System", "Build it again");
            CommandRun.AsProcess(folder.Path, command, "--plugin", "text.dll").Failed(ExitCodes.BadData, "text.dll: expected an assembly (.dll)");
        }
    }

    [TestMethod]
    public void TwoAssembliesOfOneNameAreBothNamed()
    {
        using var folder = new TemporaryDirectory();
        foreach (var place in new[] { "a", "b" })
        {
            Directory.CreateDirectory(folder.File(place));
            Save(folder.File(place, "mine.dll"), module => module.DefineType("My.Own.Class" + place).CreateType());
        }

        CommandRun.AsProcess(folder.Path, "systems", "--plugin", "a/mine.dll", "--plugin", "b/mine.dll").Failed(
            ExitCodes.BadData, "b/mine.dll: expected one assembly called mine, got two:", $"{folder.File("a", "mine.dll")} is loaded already");
    }

    [TestMethod]
    public void AClassThatCannotPlugInIsNamedByEveryCommand()
    {
        using var folder = new TemporaryDirectory();
        Save(folder.File("mine.dll"), module => DefineBuoys(module, hasOptions: false));
        const string said = "expected a public record Options nested in it, got none";
        CommandRun.AsProcess(folder.Path, "systems", "--plugin", "mine.dll").Failed(
            ExitCodes.BadData, $"mine.dll: observing-network Buoys, class: {said}", "public sealed class NAME(NAME.Options options)",
                "'coda check --plugin FILE'");
        var check = CommandRun.AsProcess(folder.Path, "check", "--plugin", "mine.dll", "--json").Failed(ExitCodes.BadData, "got 1 of 1 that failed");
        Assert.AreEqual(said, (string)check.Json[0]!["result"]!);
        Assert.IsFalse((bool)check.Json[0]!["isPassed"]!);
        Assert.Contains("FAILED: expected a public record Options", CommandRun.AsProcess(folder.Path, "check", "--plugin", "mine.dll").Output);
    }

    [TestMethod]
    public void ItsOwnDocumentationIsRead()
    {
        using var folder = new TemporaryDirectory();
        Save(folder.File("mine.dll"), module => DefineBuoys(module, hasOptions: true));
        Assert.Contains("no-documentation", CommandRun.AsProcess(folder.Path, "systems", "buoys", "--plugin", "mine.dll").Succeeded().Output);
        const string documented = """<doc><members><member name="T:My.Own.Buoys"><summary>Buoys that <c>drift</c>.</summary></member></members></doc>""";
        File.WriteAllText(folder.File("mine.xml"), documented);
        Assert.Contains("Buoys that drift.", CommandRun.AsProcess(folder.Path, "systems", "buoys", "--plugin", "mine.dll", "--strict").Succeeded().Output);
        CommandRun.AsProcess(folder.Path, "check", "--plugin", "mine.dll").Succeeded();
        File.WriteAllText(folder.File("mine.xml"), documented[..40]);
        CommandRun.AsProcess(folder.Path, "systems", "buoys", "--plugin", "mine.dll")
            .Failed(ExitCodes.BadData, "mine.xml: expected the documentation of mine.dll");
    }

    [TestMethod]
    public void WhatCannotBeCheckedSaysSo()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.AsProcess(folder.Path, "check").Failed(ExitCodes.Usage, "expected --plugin FILE.dll, got none");
        Save(folder.File("empty.dll"), module => module.DefineType("My.Own.Class").CreateType());
        CommandRun.AsProcess(folder.Path, "check", "--plugin", "empty.dll").Failed(ExitCodes.BadData, "empty.dll: expected a plug-in, got none");
        var own = CommandRun.AsProcess(folder.Path, "check", "--plugin", typeof(PlugInTests).Assembly.Location, "--steps", "100").Succeeded();
        Assert.Contains("within", own.Output);
        Assert.DoesNotContain("FAILED", own.Output);
    }

    // An observing network that observes nothing.
    private static void DefineBuoys(ModuleBuilder module, bool hasOptions)
    {
        var type = module.DefineType("My.Own.Buoys", TypeAttributes.Public | TypeAttributes.Sealed, typeof(ObservingNetwork));
        var contract = typeof(ObservingNetwork).GetMethod(nameof(ObservingNetwork.Observe))!;
        var own = type.DefineMethod(contract.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(void),
            [.. contract.GetParameters().Select(p => p.ParameterType)]);
        own.GetILGenerator().Emit(OpCodes.Ret);
        if (!hasOptions)
        {
            type.DefineDefaultConstructor(MethodAttributes.Public);
            type.CreateType();
            return;
        }

        var options = type.DefineNestedType("Options", TypeAttributes.NestedPublic | TypeAttributes.Sealed);
        options.DefineDefaultConstructor(MethodAttributes.Public);
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [options]).GetILGenerator();
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Call, typeof(ObservingNetwork).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, [])!);
        constructor.Emit(OpCodes.Ret);
        type.CreateType();
        options.CreateType();
    }

    private static void Save(string path, Action<ModuleBuilder> define)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(path)), typeof(object).Assembly);
        define(assembly.DefineDynamicModule("module"));
        assembly.Save(path);
    }
}
