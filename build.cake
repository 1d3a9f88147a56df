// The build of Coda. Run it through ./build.sh TARGET [options]; what each target does stands in its description.
//
//   CODA_DEPS=packages|system   where TorchSharp, ONNX Runtime and DuckDB come from; otherwise the package feed is asked once
//   CODA_LIBTORCH=<folder>      another LibTorch than Debian's (`system` only); remembered; empty takes the choice back
//   CODA_GPU=1, or --gpu        the CUDA providers too; remembered; CODA_GPU=0 takes the choice back

using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const string Configuration = "Release";
const string Solution = "Coda.sln";
const string DepsProps = "artifacts/deps.props";
const string NativeFolder = "artifacts/native";
const string TestResults = "artifacts/test-results";
const string PackageFolder = "artifacts/packages";
const string InteropFolder = "Coda.Tests/Interop";

// What the feed must carry for the `packages` way; Directory.Packages.props holds the versions.
string[] feedPackages = ["TorchSharp", "Microsoft.ML", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxTransformer", "DuckDB.NET.Bindings.Full", "Parquet.Net"];

// What ./build.sh Pack makes, and what each package depends on. The tool carries everything.
var packages = new Dictionary<string, string[]>
{
    ["Coda.Data"] = ["DuckDB.NET.Bindings.Full", "Parquet.Net", "System.Numerics.Tensors"],
    ["Coda.Training"] = ["Coda.Data", "Google.Protobuf", "TorchSharp", "TorchSharp-cpu"],
    ["Coda.Inference"] = ["Coda.Data", "Microsoft.ML", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxTransformer"],
    ["Coda.Service"] = ["Coda.Data", "Coda.Inference", "Microsoft.AspNetCore.OpenApi"],
    ["coda"] = [],
};

// The released models, each a folder in models/: what simulates its records, and what trains it.
var releasedModels = new Dictionary<string, (string Twin, string Training)>
{
    ["lorenz96"] = ("", "--experiment lorenz96 --steps 30000 --set precision=bfloat16 blankingProbability=0.3"
        + " reanalysis.steps=150000 reanalysis.network=time-channel reanalysis.network.hasSpread=true --refine 100"),
    ["lorenz96-25"] = ("", "--experiment lorenz96 --steps 8000 --set precision=bfloat16 name=lorenz96-25 network.halfWidth=25"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.halfWidth=25 reanalysis.network.hasSpread=true --refine 100"),
    ["lorenz96-nowcast"] = ("", "--experiment lorenz96 --steps 20000 --set precision=bfloat16 name=lorenz96-nowcast network.halfWidth=100 nowcastProbability=0.5 blankingProbability=0.1"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.halfWidth=100 reanalysis.network.hasSpread=true --refine 100"),
    ["lorenz96-small"] = ("", "--experiment lorenz96 --steps 30000 --set precision=bfloat16 name=lorenz96-small network.width=32 network.blocks=4 network.kernel=5 blankingProbability=0.3"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.width=32 reanalysis.network.hasSpread=true --refine 100"),
    ["lorenz96-unet"] = ("", "--experiment zinchenko-greenberg-2024 --steps 2000 --set precision=bfloat16 name=lorenz96-unet withholdingFraction=0.4 blankingProbability=0.2 averagingDecay=0.995 reanalysis.steps=4000"),
    ["lorenz96-two-level"] = ("--system lorenz96-two-level --operator site-selection --set operator.field=x", "--experiment lorenz96-two-level --set precision=bfloat16"
        + " reanalysis.steps=40000 reanalysis.modelErrorVariance=0.0005 reanalysis.network=time-channel reanalysis.network.hasSpread=true"),
};

// ---------------------------------------------------------------------------------------------------------- targets

Task("Setup")
    .Description("Fetches and builds the native parts; does only what is missing. --gpu adds the CUDA providers.")
    .Does(() =>
    {
        var deps = ChooseDeps();
        if (deps.Way == "system")
        {
            InstallDebianPackages(deps.LibTorch);
            InstallNodePackages("deps", deps.Gpu);
            LinkNativeLibraries(deps.Gpu);
            BuildTorchBinding(deps.LibTorch);
        }

        RequireTools(("node", "nodejs"), ("npm", "npm"));
        InstallNodePackages(InteropFolder, optional: false);
        WriteDeps(deps);
        Information("Set-up is complete: {0} way ({1}){2}.", deps.Way, deps.Reason, deps.Gpu ? ", with CUDA" : "");
    });

Task("Build")
    .Description("Setup, then compiles everything.")
    .IsDependentOn("Setup")
    .Does(() => Run("dotnet", $"build {Solution} -c {Configuration} -v minimal"));

Task("Test")
    .Description("Build, then runs the tests. --filter EXPRESSION picks some.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        DeleteIfThere(TestResults);
        var filter = Argument("filter", "");
        var code = TryRun("dotnet", $"test Coda.Tests/Coda.Tests.csproj -c {Configuration} --no-build --results-directory {TestResults}"
            + " --logger \"console;verbosity=minimal\" --logger \"trx;LogFileName=coda.trx\""
            + " --blame-hang-timeout 10m --blame-hang-dump-type none" // names the test that hung or took the process down
            + (filter == "" ? "" : $" --filter \"{filter}\""));
        var ran = ReportTests($"{TestResults}/coda.trx");
        Require(code == 0, $"The tests failed (exit code {code}).");
        Require(ran > 0, "No test ran.");
    });

Task("Demo")
    .Description("Build, then the main job on the demo's record: train, export, analyze, forecast, score.")
    .IsDependentOn("Build")
    .Does(() => Run("./coda", "demo " + Argument("args", "")));

Task("Bench")
    .Description("Build, then runs the benchmarks. --args=\"...\" is passed on.")
    .IsDependentOn("Build")
    .Does(() => Run("dotnet", $"run --project Coda.Benchmarks -c {Configuration} --no-build -- " + Argument("args", "")));

Task("Models")
    .Description("Build, then trains the released models again. --model NAME picks one.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        var chosen = Argument("model", "");
        Require(chosen == "" || releasedModels.ContainsKey(chosen),
            $"Unknown model '{chosen}'; expected one of: {string.Join(", ", releasedModels.Keys)}.");
        foreach (var (name, (twin, options)) in releasedModels.Where(model => chosen == "" || model.Key == chosen))
        {
            // The scores that go into the card are those of fresh records.
            var (training, test) = ($"out/models/{name}/training", $"out/models/{name}/test");
            Run("./coda", $"simulate {twin} --trajectories 400 --steps 600 --seed 1996 --no-truth --overwrite --output {training}");
            Run("./coda", $"simulate {twin} --trajectories 8 --steps 1100 --seed 2024 --overwrite --output {test}");
            Run("./coda", $"train --archive {training} {options} --output models/{name}");
            Run("./coda", $"analyze --archive {test} --model models/{name}");
            Run("./coda", $"score --archive {test} --skip-ends 50 --record models/{name}");
        }
    });

Task("Pack")
    .Description("Setup, then packs the libraries and the coda tool into artifacts/packages and checks them. `packages` way only.")
    .IsDependentOn("Setup")
    .Does(() =>
    {
        Require(ReadDeps().Way == "packages",
            "The packages name TorchSharp, ML.NET, ONNX Runtime and Parquet.Net as what they depend on, and the `system` way compiles against stand-ins of them. "
            + "With a package source that carries them, run: CODA_DEPS=packages ./build.sh Pack. "
            + "Without one, 'dotnet publish Coda.Cli -c Release -o FOLDER' makes a folder with the command and its native libraries for this machine.");
        DeleteIfThere(PackageFolder);
        Run("dotnet", $"pack {Solution} -c {Configuration} -v minimal -o {PackageFolder}");
        foreach (var (id, dependencies) in packages)
        {
            CheckPackage(id, ReadDeps().Gpu ? [.. dependencies.Select(OnGpu)] : dependencies);
        }
    });

Task("Clean")
    .Description("Deletes what the other targets made; the next Setup starts from nothing.")
    .Does(() =>
    {
        DeleteIfThere("deps/node_modules");
        DeleteIfThere(InteropFolder + "/node_modules");
        foreach (var project in GetFiles("Coda.*/*.csproj") + GetFiles("deps/*/*.csproj") + GetFiles("samples/*/*.csproj"))
        {
            DeleteIfThere(project.GetDirectory().Combine("bin").FullPath);
            DeleteIfThere(project.GetDirectory().Combine("obj").FullPath);
        }

        foreach (var folder in GetSubDirectories("artifacts").Where(folder => folder.GetDirectoryName() != "cake")) // this script, running
        {
            DeleteIfThere(folder.FullPath);
        }

        System.IO.File.Delete(DepsProps);
    });

RunTarget(Argument("target", "Build"));

// ---------------------------------------------------------------------------------------- which way: packages or system

record Deps(string Way, string Reason, string Feed, bool Gpu, string LibTorch);

Deps ChooseDeps()
{
    var before = ReadDeps();
    var gpu = HasArgument("gpu") || EnvironmentVariable("CODA_GPU") switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        null or "" => before.Gpu,
        var other => throw new CakeException($"CODA_GPU: expected 1 or 0, got '{other}'."),
    };
    var libTorch = Environment.GetEnvironmentVariable("CODA_LIBTORCH") ?? before.LibTorch;
    Require(libTorch == "" || (System.IO.Path.IsPathRooted(libTorch) && System.IO.Directory.Exists(libTorch)),
        $"CODA_LIBTORCH: expected the absolute path of a LibTorch folder, or nothing for Debian's; got '{libTorch}'.");
    var forced = EnvironmentVariable("CODA_DEPS") ?? "";
    Require(forced is "" or "packages" or "system", $"CODA_DEPS: expected packages or system, got '{forced}'.");
    if (forced == "system")
    {
        return before with { Way = forced, Reason = "forced by CODA_DEPS", Gpu = gpu, LibTorch = libTorch };
    }

    var feed = before.Feed == "complete" || (before.Feed != "" && forced == "") ? before.Feed : AskFeed();
    Require(forced == "" || feed == "complete", $"CODA_DEPS=packages, but the package feed {feed.Replace("unreachable", "is unreachable")}. "
        + "Add a NuGet source that carries them, or run: CODA_DEPS=system ./build.sh Setup");
    return new Deps(feed == "complete" ? "packages" : "system", forced == "" ? "package feed: " + feed : "forced by CODA_DEPS",
        feed.StartsWith("unreachable") ? "" : feed, gpu, libTorch);
}

// "complete", "lacks <packages>", or "unreachable: <first error>". Only the first two are remembered.
string AskFeed()
{
    Information("Asking the package feed for {0} ...", string.Join(", ", feedPackages));
    var probe = "artifacts/probe/Probe.csproj";
    WriteWhole(probe, new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("ItemGroup", feedPackages.Select(name => new XElement("PackageReference", new XAttribute("Include", name))))).ToString());
    var (code, output) = Capture("dotnet", $"restore {probe} -p:CodaDeps=packages -p:TreatWarningsAsErrors=false -tl:off");
    var lacking = Regex.Matches(output, @"error NU110[123]: .*? package (\S+?)\.?\s").Select(match => match.Groups[1].Value).Distinct().Order().ToList();
    return code == 0 ? "complete"
        : lacking.Count > 0 ? "lacks " + string.Join(", ", lacking)
        : "unreachable: " + Regex.Match(output, @"error \w+: (.*?)(\[/|$)", RegexOptions.Multiline).Groups[1].Value.Trim();
}

Deps ReadDeps()
{
    if (!System.IO.File.Exists(DepsProps))
    {
        return new Deps("", "", "", false, "");
    }

    var values = XDocument.Load(DepsProps).Root.Elements("PropertyGroup").Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
    string Value(string name) => values.GetValueOrDefault(name, "");
    return new Deps(Value("CodaDeps"), Value("CodaDepsReason"), Value("CodaDepsFeed"), Value("CodaGpu") == "true", Value("CodaLibTorch"));
}

void WriteDeps(Deps deps) => WriteWhole(DepsProps, new XElement("Project",
    new XComment(" Written by ./build.sh Setup; Directory.Build.props reads it. "),
    new XElement("PropertyGroup",
        new XElement("CodaDeps", deps.Way),
        new XElement("CodaDepsReason", deps.Reason),
        new XElement("CodaDepsFeed", deps.Feed),
        new XElement("CodaGpu", deps.Gpu ? "true" : "false"),
        new XElement("CodaLibTorch", deps.LibTorch))).ToString());

// ------------------------------------------------------------------------------------------------- the `system` way

void InstallDebianPackages(string libTorch)
{
    RequireTools(("cmake", "cmake"), ("g++", "g++"), ("npm", "npm"));
    var wanted = libTorch != "" ? Array.Empty<string>() : ["libtorch-dev", "libopenblas0-pthread"];
    if (wanted.Length == 0)
    {
        return;
    }

    Require(Find("dpkg-query") is not null,
        "The `system` way takes LibTorch from Debian's packages, and this system has no dpkg. Set CODA_LIBTORCH to the folder of an "
        + "unpacked LibTorch (1.13 or later), or CODA_DEPS=packages where the package feed carries TorchSharp.");
    var missing = wanted.Where(name => !Capture("dpkg-query", $"-W -f=${{Status}} {name}").Output.Contains("install ok installed")).ToList();
    if (missing.Count == 0)
    {
        return;
    }

    var names = string.Join(" ", missing);
    var advice = $"Missing Debian packages: {names}. Run as root: apt-get update && apt-get install -y --no-install-recommends {names}"
        + "   then this command again (or set CODA_LIBTORCH to the folder of another LibTorch).";
    var (program, prefix) = Capture("id", "-u").Output.Trim() == "0" ? ("env", "") : ("sudo", Console.IsInputRedirected ? "-n env " : "env ");
    Require(Find(program) is not null, advice + " Neither root's rights nor sudo are at hand.");
    Information("Installing Debian packages: {0} ...", names);
    var installed = TryRun(program, prefix + "DEBIAN_FRONTEND=noninteractive apt-get -q update") == 0
        & TryRun(program, prefix + $"DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends {names}") == 0;
    Require(installed, advice + " apt-get's own message stands above.");
}

// node_modules is complete once its stamp agrees with package.json: the stamp is written last.
void InstallNodePackages(string folder, bool optional)
{
    var (name, stamp) = ("npm-" + folder.Replace('/', '-'), Hash([System.IO.File.ReadAllText(folder + "/package.json"), optional ? "optional" : ""]));
    if (Stamped(name, stamp) && System.IO.Directory.Exists(folder + "/node_modules"))
    {
        return;
    }

    Information("Installing the npm packages of {0}/package.json ...", folder);
    var install = $"install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error {(optional ? "--include=optional" : "--omit=optional")}";
    Require(TryRun("npm", install, folder) == 0,
        $"The npm packages of {folder}/package.json could not be installed; npm's own message stands above. "
        + $"With a network, run: (cd {folder} && npm {install})   then this command again.");
    Stamp(name, stamp);
}

// One folder holds every native library, under the names by which the loader asks for them.
void LinkNativeLibraries(bool gpu)
{
    const string onnx = "com.github.asus4.onnxruntime", plugins = "Plugins/Linux/x64";
    Link("libduckdb.so", "@duckdb/node-bindings-linux-x64/libduckdb.so");
    Link("libonnxruntime.so", $"{onnx}/{plugins}/libonnxruntime.so");
    Link("libonnxruntime.so.1", $"{onnx}/{plugins}/libonnxruntime.so");
    Link("libonnxruntime_providers_shared.so", $"{onnx}/{plugins}/libonnxruntime_providers_shared.so");
    const string cuda = "libonnxruntime_providers_cuda.so";
    if (gpu)
    {
        Link(cuda, $"{onnx}.linux-x64-gpu/{plugins}/{cuda}");
    }
    else
    {
        System.IO.File.Delete($"{NativeFolder}/{cuda}");
    }
}

void Link(string name, string source)
{
    var path = $"{NativeFolder}/{name}";
    var target = $"../../deps/node_modules/{source}"; // relative: the tree may be moved
    Require(System.IO.File.Exists($"deps/node_modules/{source}"),
        $"deps/node_modules/{source} is missing although npm reported success. Run: rm -r deps/node_modules && ./build.sh Setup");
    if (new FileInfo(path).LinkTarget == target)
    {
        return;
    }

    System.IO.Directory.CreateDirectory(NativeFolder);
    System.IO.File.Delete(path + ".new");
    System.IO.File.CreateSymbolicLink(path + ".new", target);
    System.IO.File.Move(path + ".new", path, overwrite: true);
}

void BuildTorchBinding(string prefix)
{
    const string source = "deps/TorchSharp/native", output = NativeFolder + "/torch", build = output + "/build", library = "libcoda_torch.so";
    var inputs = System.IO.Directory.GetFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    var version = prefix == "" ? Capture("dpkg-query", "-W -f=${Version} libtorch-dev").Output : prefix;
    var stamp = Hash(inputs.SelectMany(file => new[] { file, System.IO.File.ReadAllText(file) }).Append(version));
    if (Stamped("torch", stamp) && System.IO.File.Exists($"{NativeFolder}/{library}"))
    {
        return;
    }

    Information("Compiling {0} ...", library);
    System.IO.Directory.CreateDirectory(build);
    System.IO.File.Delete($"{build}/CMakeCache.txt"); // it remembers where another LibTorch lay
    System.IO.File.Delete($"{output}/{library}"); // a killed linker's leftover looks complete to make
    var option = prefix == "" ? "" : $"\"-DCODA_LIBTORCH={prefix}\"";
    Run("cmake", $"-S {source} -B {build} -DCMAKE_BUILD_TYPE=Release {option}");
    Run("cmake", $"--build {build} -j{Environment.ProcessorCount}");
    System.IO.File.Copy($"{output}/{library}", $"{NativeFolder}/{library}.new", overwrite: true);
    System.IO.File.Move($"{NativeFolder}/{library}.new", $"{NativeFolder}/{library}", overwrite: true);
    Stamp("torch", stamp);
}

// ------------------------------------------------------------------------------------------------------------ tests

// Prints failed tests, the slowest ones and the totals; returns how many ran.
int ReportTests(string trx)
{
    if (!System.IO.File.Exists(trx))
    {
        return 0;
    }

    XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var run = XDocument.Load(trx).Root;
    var results = run.Descendants(ns + "UnitTestResult")
        .Select(e => (Name: (string)e.Attribute("testName"), Outcome: (string)e.Attribute("outcome"), Time: TimeSpan.Parse((string)e.Attribute("duration") ?? "0")))
        .ToList();
    int Count(string name) => (int)run.Descendants(ns + "Counters").Single().Attribute(name);
    Information("Slowest tests:");
    foreach (var (name, _, time) in results.OrderByDescending(result => result.Time).Take(10))
    {
        Information("  {0,7:0.0} s  {1}", time.TotalSeconds, name);
    }

    foreach (var (name, _, _) in results.Where(result => result.Outcome is not ("Passed" or "NotExecuted")))
    {
        Error("  failed: {0}", name);
    }

    Information("Tests: {0} passed, {1} failed, {2} skipped.", Count("passed"), Count("executed") - Count("passed"), Count("total") - Count("executed"));
    return Count("executed");
}

// --------------------------------------------------------------------------------------------------------- packages

string OnGpu(string package) => package switch
{
    "TorchSharp-cpu" => "TorchSharp-cuda-linux",
    "Microsoft.ML.OnnxRuntime" => "Microsoft.ML.OnnxRuntime.Gpu",
    _ => package,
};

void CheckPackage(string id, string[] dependencies)
{
    var path = System.IO.Directory.GetFiles(PackageFolder, $"{id}.*.nupkg").Single(file => char.IsAsciiDigit(System.IO.Path.GetFileName(file)[id.Length + 1]));
    using var package = ZipFile.OpenRead(path);
    using var symbols = ZipFile.OpenRead(System.IO.Path.ChangeExtension(path, ".snupkg"));
    void Expect(bool condition, string what) => Require(condition, $"{path}: expected {what}. It holds: {string.Join(", ", package.Entries.Select(e => e.FullName))}");
    var metadata = XDocument.Load(package.GetEntry($"{id}.nuspec").Open()).Root.Elements().First(e => e.Name.LocalName == "metadata");
    string Text(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
    var named = metadata.Descendants().Where(e => e.Name.LocalName == "dependency").ToList();
    Expect(named.Select(e => (string)e.Attribute("id")).Order(StringComparer.Ordinal).SequenceEqual(dependencies), $"the dependencies {string.Join(", ", dependencies)}, got {string.Join(", ", named)}");
    Expect(named.All(e => !e.Attribute("id").Value.StartsWith("Coda.") || e.Attribute("version").Value == Text("version")), "other packages of Coda in the same version");
    Expect(Text("license") == "MIT" && Text("readme") == "README.md" && package.GetEntry("README.md") is not null && Text("description").Length > 20, "licence, readme and description");
    Expect(Text("repository") is null && Text("projectUrl") is null, "nothing about a repository");
    Expect(symbols.Entries.Any(e => e.Name == id + ".pdb"), "symbols");
    var files = package.Entries.Select(e => e.FullName).ToList();
    var code = files.Where(file => file.StartsWith("lib/") || file.StartsWith("tools/")).ToList();
    Expect(id == "coda" || code.SequenceEqual([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"]), "the library and its documentation only");
    Expect(!files.Any(file => Regex.IsMatch(file, @"\.(so|dylib)(\.|$)|libcoda_torch") && !file.Contains("/runtimes/")), "no native library that set-up made");
    foreach (var file in code.Where(file => file.EndsWith($"/{id}.dll")))
    {
        using var bytes = new MemoryStream();
        package.GetEntry(file).Open().CopyTo(bytes);
        Expect(!Encoding.Latin1.GetString(bytes.ToArray()).Contains(System.IO.Directory.GetCurrentDirectory()), $"no path of this machine in {file}");
    }

    Information("Packed {0}", path);
}

// ------------------------------------------------------------------------------------------- processes, files, stamps

void Require(bool condition, string message)
{
    if (!condition)
    {
        throw new CakeException(message);
    }
}

void RequireTools(params (string Program, string Package)[] tools)
{
    var missing = tools.Where(tool => Find(tool.Program) is null).Select(tool => tool.Package).ToList();
    Require(missing.Count == 0, $"Missing programs: {string.Join(", ", missing)}. Run as root: apt-get install -y {string.Join(" ", missing)}");
}

string Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
    .Select(folder => System.IO.Path.Combine(folder, program)).FirstOrDefault(System.IO.File.Exists);

void Run(string program, string arguments)
{
    var code = TryRun(program, arguments);
    Require(code == 0, $"'{program} {arguments}' failed with exit code {code}.");
}

int TryRun(string program, string arguments, string folder = ".")
{
    using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });
    process.WaitForExit();
    return process.ExitCode;
}

(int Code, string Output) Capture(string program, string arguments)
{
    using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output);
}

string Hash(IEnumerable<string> parts) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

bool Stamped(string name, string value) =>
    System.IO.File.Exists($"artifacts/stamps/{name}") && System.IO.File.ReadAllText($"artifacts/stamps/{name}") == value;

void Stamp(string name, string value) => WriteWhole($"artifacts/stamps/{name}", value);

// The old content or the new one, never a part; a file that would not change keeps its time.
void WriteWhole(string path, string content)
{
    if (System.IO.File.Exists(path) && System.IO.File.ReadAllText(path) == content)
    {
        return;
    }

    System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path));
    System.IO.File.WriteAllText(path + ".new", content);
    System.IO.File.Move(path + ".new", path, overwrite: true);
}

void DeleteIfThere(string folder)
{
    if (System.IO.Directory.Exists(folder))
    {
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
