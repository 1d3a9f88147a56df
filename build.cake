// The build of Coda. Run it through ./build.sh TARGET [options]; what each target does stands in its description.
//
//   CODA_GPU=1   trains on CUDA: the package TorchSharp-cuda-linux in the place of TorchSharp-cpu (each build needs it anew)

using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const string Configuration = "Release";
const string Solution = "Coda.sln";
const string TestResults = "artifacts/test-results";
const string PackageFolder = "artifacts/packages";
const string InteropFolder = "Coda.Tests/Interop";
string[] firstTests = ["Coda.Tests.Cli.", "Coda.Tests.Readme.", "Coda.Tests.Workflows.", "Coda.Tests.Classical."]; // half of the time that all take

// What ./build.sh Pack makes, and what each package depends on. The tool carries everything, for each system in a package of its own, to which the one called `coda` points.
var packages = new Dictionary<string, string[]>
{
    ["Coda.Data"] = ["DuckDB.NET.Bindings.Full", "Google.Protobuf", "MathNet.Numerics", "Parquet.Net", "PureHDF", "System.Numerics.Tensors"],
    ["Coda.Training"] = ["Coda.Data", "TorchSharp", "TorchSharp-cpu"],
    ["Coda.Inference"] = ["Coda.Data", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Managed"],
    ["Coda.Classical"] = ["Coda.Data", "Coda.Inference", "MathNet.Numerics"],
    ["Coda.Clusters"] = ["Coda.Data", "MPI.NET"],
    ["Coda.Stores"] = ["AWSSDK.S3", "Coda.Data"],
    ["Coda.Feeds"] = ["Coda.Data", "NATS.Client.JetStream"],
    ["Coda.Pipelines"] = ["Coda.Data", "Coda.Inference", "Microsoft.ML", "System.IO.Hashing"],
    ["Coda.Workflows"] = ["Coda.Classical", "Coda.Data", "Coda.Inference", "Coda.Training"],
    ["Coda.Figures"] = ["Coda.Data", "ScottPlot"],
    ["Coda.Reports"] = ["Coda.Data", "Coda.Figures", "Coda.Inference", "Coda.Workflows"],
    ["Coda.Service"] = ["Coda.Data", "Coda.Inference", "Microsoft.AspNetCore.OpenApi", "prometheus-net"],
};
string[] tools = ["coda", "coda.linux-x64", "coda.osx-arm64", "coda.win-x64"];
const long LargestPackage = 250_000_000; // what the public gallery takes

// Fits a network over observing settings of many kinds, of which it reads the errors.
string OverSettings(string share, string steps, string rate) => "--experiment lorenz96 --set precision=bfloat16 blankingProbability=0.3 name=lorenz96-settings"
    + $" reanalysis.steps={steps} reanalysis.learningRate={rate} reanalysis.network=time-channel reanalysis.network.hasSpread=true reanalysis.network.spreadReadsInput=true"
    + $" reanalysis.network.readsSigma=true reanalysis.settings.share={share} reanalysis.errorScale=0.5 --threads 1";

// The records of released models: what simulates the training record and that of the scores, and the steps left out at each end of the latter.
(string Training, string Test, int Margin) Records(string twin) =>
    ($"{twin} --trajectories 400 --steps 600 --seed 1996", $"{twin} --trajectories 8 --steps 1100 --seed 2024", 50);

const string Tracks = "--system quasi-geostrophic --observing-network tracks --sigma 2 --step-length 1.25";

// The released models, each a folder in models/: its records, and what trains it, in one run or in several that each start from the model of the one before.
var releasedModels = new Dictionary<string, ((string Training, string Test, int Margin) Records, string[] Trainings)>
{
    ["lorenz96"] = (Records(""), ["--experiment lorenz96 --steps 30000 --set precision=bfloat16 blankingProbability=0.3"
        + " reanalysis.steps=150000 reanalysis.network=time-channel reanalysis.network.hasSpread=true --refine 100"]),
    ["lorenz96-settings"] = (Records(""), ["--from models/lorenz96 " + OverSettings("0.6", "90000", "6e-4"), OverSettings("0.25", "32000", "5e-4")]),
    ["lorenz96-25"] = (Records(""), ["--experiment lorenz96 --steps 8000 --set precision=bfloat16 name=lorenz96-25 network.halfWidth=25"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.halfWidth=25 reanalysis.network.hasSpread=true --refine 100"]),
    ["lorenz96-nowcast"] = (Records(""), ["--experiment lorenz96 --steps 20000 --set precision=bfloat16 name=lorenz96-nowcast network.halfWidth=100 nowcastProbability=0.5 blankingProbability=0.1"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.halfWidth=100 reanalysis.network.hasSpread=true --refine 100"]),
    ["lorenz96-small"] = (Records(""), ["--experiment lorenz96 --steps 30000 --set precision=bfloat16 name=lorenz96-small network.width=32 network.blocks=4 network.kernel=5 blankingProbability=0.3"
        + " reanalysis.steps=40000 reanalysis.network=time-channel reanalysis.network.width=32 reanalysis.network.hasSpread=true --refine 100"]),
    ["lorenz96-unet"] = (Records(""), ["--experiment zinchenko-greenberg-2024 --steps 2000 --set precision=bfloat16 name=lorenz96-unet withholdingFraction=0.4 blankingProbability=0.2 averagingDecay=0.995 reanalysis.steps=4000"]),
    ["lorenz96-two-level"] = (Records("--system lorenz96-two-level --operator site-selection --set operator.field=x"), ["--experiment lorenz96-two-level --set precision=bfloat16"
        + " reanalysis.steps=40000 reanalysis.modelErrorVariance=0.0005 reanalysis.network=time-channel reanalysis.network.hasSpread=true"]),
    ["quasi-geostrophic"] = (
        ($"{Tracks} --spin-up 2800 --trajectories 4 --steps 3600 --seed 301", $"{Tracks} --spin-up 4000 --trajectories 5 --steps 1200 --seed 1", 280),
        ["--experiment quasi-geostrophic --threads 1"]),
};

// ---------------------------------------------------------------------------------------------------------- targets

Task("Setup")
    .Description("Restores the packages in the versions that the lock files name; does only what is missing.")
    .Does(() => Restore($"restore {Solution} -v minimal"));

Task("Build")
    .Description("Setup, then compiles everything.")
    .IsDependentOn("Setup")
    .Does(() => Run("dotnet", $"build {Solution} -c {Configuration} --no-restore -v minimal"));

Task("Test")
    .Description("Build, then runs the tests. --filter EXPRESSION picks some.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        RequireTools(("node", "nodejs"), ("npm", "npm"));
        RequireFont();
        InstallNodePackages(InteropFolder);
        DeleteIfThere(TestResults);
        var filter = Argument("filter", "");

        // Each process runs its tests one after another: two take two cores.
        var parts = filter == ""
            ? new[] { string.Join('|', firstTests.Select(c => $"ClassName~{c}")), string.Join('&', firstTests.Select(c => $"ClassName!~{c}")) }
            : new[] { filter };
        var codes = System.Threading.Tasks.Task.WhenAll(parts.Select((part, i) => System.Threading.Tasks.Task.Run(() => TryRun(
            "dotnet", $"test Coda.Tests/Coda.Tests.csproj -c {Configuration} --no-build --results-directory {TestResults}/{i}"
                + " --logger \"console;verbosity=minimal\" --logger \"trx;LogFileName=coda.trx\""
                + " --blame-hang-timeout 10m --blame-hang-dump-type none" // names the test that hung or took the process down
                + $" --filter \"{part}\"")))).Result;
        var results = parts.Select((_, i) => $"{TestResults}/{i}/coda.trx").ToArray();
        var ran = ReportTests(results);
        var silent = parts.Where((_, i) => !System.IO.File.Exists(results[i]));
        Require(!silent.Any(), $"Tests ended without results (exit codes {string.Join(", ", codes)}): --filter \"{string.Join("\" and \"", silent)}\".");
        Require(codes.All(code => code == 0), $"The tests failed (exit codes {string.Join(", ", codes)}).");
        Require(ran > 0, "No test ran.");
    });

Task("Demo")
    .Description("Build, then the main job on the demo's record: train, export, analyze, forecast, score.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        RequireFont();
        Run("./coda", "demo " + Argument("args", ""));
    });

Task("Documents")
    .Description("Build, then runs every command of the documents as it is written, from empty folders; the tests run them on shortened records. Takes an hour.")
    .IsDependentOn("Build")
    .Does(() => RunAt(
        ".", "dotnet", $"test Coda.Tests/Coda.Tests.csproj -c {Configuration} --no-build --filter ClassName~DocumentRunTests", ("CODA_DOCUMENTS", "whole")));

Task("Reference")
    .Description("Build, then writes docs/reference.md from the documentation in the sources.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        var (code, text) = Capture("./coda", "systems --markdown");
        Require(code == 0, $"'coda systems --markdown' failed with exit code {code}.");
        WriteWhole("docs/reference.md", text);
    });

Task("Gallery")
    .Description("Build, then makes the pictures of docs/gallery.md by the commands that stand there. Takes seven minutes.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        RequireFont();
        const string page = "docs/gallery.md";
        DeleteIfThere("out/gallery"); // all but the demo, which goes on from what is there
        var lines = System.IO.File.ReadAllLines(page);
        foreach (var command in lines.Where(line => line.StartsWith("    ./coda ")).Select(line => line.Trim()["./coda ".Length..]))
        {
            Run("./coda", command);
        }

        DeleteIfThere("docs/gallery");
        foreach (System.Text.RegularExpressions.Match picture in System.Text.RegularExpressions.Regex.Matches(string.Join("\n", lines), @"\]\((gallery/[^)]+)\)"))
        {
            var path = picture.Groups[1].Value;
            System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName($"docs/{path}"));
            System.IO.File.Copy($"out/{path}", $"docs/{path}");
        }
    });

Task("Bench")
    .Description("Build, then runs the benchmarks. --args=\"...\" is passed on.")
    .IsDependentOn("Build")
    .Does(() => Run("dotnet", $"run --project Coda.Benchmarks -c {Configuration} --no-build -- " + Argument("args", "")));

Task("Gpu")
    .Description("Build, then proves on this machine's GPU what runs there, part by part, beside the CPU and PyTorch; --dry runs the same script in small on the CPU and says what it would measure. --training trains on the quasi-geostrophic flow there for at most eight minutes, into out/gpu. --publish makes artifacts/gpu instead, which needs no .NET: run its gpu.sh.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        const string folder = "artifacts/gpu";
        if (!HasArgument("publish"))
        {
            Run("dotnet", $"run --project Coda.Benchmarks -c {Configuration} --no-build -- {(HasArgument("training") ? "gpu-training out/gpu" : "gpu")}{(HasArgument("dry") ? " --dry" : "")}");
            return;
        }

        // Without a LibTorch, which the other machine has (CODA_TORCH_NATIVES), in pieces below what a transfer takes.
        DeleteIfThere(folder);
        RunAt(".", "dotnet", $"publish Coda.Benchmarks -c {Configuration} --self-contained -v quiet -o {folder}/program --artifacts-path artifacts/gpu-build", ("CODA_TORCH_NATIVES", "elsewhere"));
        DeleteIfThere("artifacts/gpu-build");
        CopyDirectory("models/lorenz96", $"{folder}/program/models/lorenz96");
        RunAt(folder, "bash", "-c \"tar -c program | xz -T0 -3 | split -b 60M - program.tar.xz. && rm -r program\"");
        System.IO.File.WriteAllText($"{folder}/gpu.sh", """
            #!/usr/bin/env bash
            # Joins the pieces beside it and proves part by part what runs, or with `--dry` runs the script in small on the CPU; with `training`, trains for at most eight minutes and packs the archive and the model with its
            # checkpoint into gpu-training.tar.gz of the folder that is named next (this one). CODA_TORCH_NATIVES names the folder of a LibTorch with CUDA; by default that of an installed PyTorch.
            set -euo pipefail
            cd "$(dirname "${BASH_SOURCE[0]}")"
            [ -d program ] || cat program.tar.xz.* | tar -xJ
            : "${CODA_TORCH_NATIVES:=$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))' 2>/dev/null || true)}"
            export CODA_TORCH_NATIVES DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
            if [ "${1:-}" = training ]; then
                program/Coda.Benchmarks gpu-training out/gpu
                exec tar -czf "${2:-.}/gpu-training.tar.gz" out/gpu
            fi
            exec program/Coda.Benchmarks gpu "$@"
            """);
        Information("Made {0}: carry it to a machine with a GPU and run: bash gpu.sh", folder);
    });

Task("Models")
    .Description("Build, then trains the released models again. --model NAME picks one.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        var chosen = Argument("model", "");
        Require(chosen == "" || releasedModels.ContainsKey(chosen),
            $"Unknown model '{chosen}'; expected one of: {string.Join(", ", releasedModels.Keys)}.");
        foreach (var (name, (records, trainings)) in releasedModels.Where(model => chosen == "" || model.Key == chosen))
        {
            // The scores that go into the card are those of fresh records.
            var (training, test) = ($"out/models/{name}/training", $"out/models/{name}/test");
            Run("./coda", $"simulate {records.Training} --no-truth --overwrite --output {training}");
            Run("./coda", $"simulate {records.Test} --overwrite --output {test}");
            for (var stage = 1; stage <= trainings.Length; stage++)
            {
                var start = stage == 1 ? "" : $" --from out/models/{name}/stage{stage - 1}";
                var output = stage == trainings.Length ? $"models/{name}" : $"out/models/{name}/stage{stage}";
                Run("./coda", $"train --archive {training}{start} {trainings[stage - 1]} --output {output}");
            }

            Run("./coda", $"analyze --archive {test} --model models/{name}");
            Run("./coda", $"score --archive {test} --margin {records.Margin} --record models/{name}");
        }
    });

Task("Pack")
    .Description("Packs the libraries and the coda tool into artifacts/packages, checks them, and uses them as a stranger would.")
    .Does(() =>
    {
        DeleteIfThere(PackageFolder);
        DeleteIfThere("artifacts/pack");
        Restore("restore Coda.Cli/Coda.Cli.csproj -p:CodaPack=true -v minimal");
        Restore("restore Coda.Pipelines/Coda.Pipelines.csproj -p:CodaPack=true -v minimal"); // which the tool does without
        foreach (var project in packages.Keys.Append("Coda.Cli"))
        {
            Run("dotnet", $"pack {project}/{project}.csproj -c {Configuration} -p:CodaPack=true --no-restore -v quiet -o {PackageFolder}");
        }

        foreach (var (id, dependencies) in packages)
        {
            CheckLibrary(id, dependencies);
        }

        foreach (var id in tools)
        {
            CheckPackage(id);
        }

        DeleteIfThere("artifacts/pack");
        UseAsAStranger();
    });

Task("Clean")
    .Description("Deletes what the other targets made; the next Setup starts from nothing.")
    .Does(() =>
    {
        DeleteIfThere(InteropFolder + "/node_modules");
        foreach (var project in GetFiles("Coda.*/*.csproj") + GetFiles("samples/*/*.csproj"))
        {
            DeleteIfThere(project.GetDirectory().Combine("bin").FullPath);
            DeleteIfThere(project.GetDirectory().Combine("obj").FullPath);
        }

        foreach (var folder in GetSubDirectories("artifacts").Where(folder => folder.GetDirectoryName() != "cake")) // this script, running
        {
            DeleteIfThere(folder.FullPath);
        }
    });

RunTarget(Argument("target", "Build"));

// ---------------------------------------------------------------------------------------------------------- set-up

// Restores, and says of a feed that cannot be reached, or lacks a pinned version, what is missing and what is nearest.
void Restore(string arguments)
{
    var (code, output) = Capture("dotnet", arguments + " -tl:off");
    if (code == 0)
    {
        return;
    }

    var lines = output.Split('\n').Where(line => Regex.IsMatch(line, @"\berror\b")).Select(line => Regex.Replace(line, @"^.*?error ", "").Split(" [/")[0].Trim()).ToList();
    var lacking = new SortedSet<string>();
    for (var i = 0; i < lines.Count; i++)
    {
        var missing = Regex.Match(lines[i], @"^NU110[1-3]: Unable to find (?:a stable )?package ([\w.-]*\w)(?: with version \(>= ([^)]+)\))?");
        var other = Regex.Match(lines[i], @"^NU160[1-3]: .* depends on ([\w.-]+) \(>= ([^)]+)\) but .* was not found\. \S+ (\S+) was resolved");
        if (missing.Success)
        {
            var nearest = Regex.Match(i + 1 < lines.Count ? lines[i + 1] : "", @"Nearest version: (\S+)"); // the line that follows, with the same code
            lacking.Add($"{$"{missing.Groups[1].Value} {missing.Groups[2].Value}".Trim()}{(nearest.Success ? $" (nearest there: {nearest.Groups[1].Value})" : " (no version of it)")}");
        }
        else if (other.Success)
        {
            lacking.Add($"{other.Groups[1].Value} {other.Groups[2].Value} (nearest there: {other.Groups[3].Value.TrimEnd('.')})");
        }
    }

    Require(lacking.Count == 0, $"The package feed lacks what Directory.Packages.props pins: {string.Join(", ", lacking)}. Add a NuGet source that has it (dotnet nuget list source shows yours).");
    var changed = lines.FirstOrDefault(line => line.StartsWith("NU1403"));
    Require(changed is null, $"The package feed serves other bytes than the lock files name: {changed}. Find out why before you trust it.");
    var stale = lines.FirstOrDefault(line => line.StartsWith("NU1004"));
    Require(stale is null, $"The lock files do not fit the projects: {stale}. Run: dotnet {arguments} --force-evaluate   and commit the lock files that changed.");
    var unreachable = lines.FirstOrDefault(line => Regex.IsMatch(line, "^NU130[0-9]"));
    Require(unreachable is null, $"The package feed cannot be reached: {unreachable?.TrimEnd('.')}. With a network, or a NuGet source that has the packages, run the same command again.");
    throw new CakeException($"'dotnet {arguments}' failed:\n{string.Join("\n", lines.DefaultIfEmpty(output))}");
}

// node_modules is complete once its stamp agrees with package.json: the stamp is written last.
void InstallNodePackages(string folder)
{
    var (name, stamp) = ("npm-" + folder.Replace('/', '-'), Hash([System.IO.File.ReadAllText(folder + "/package.json")]));
    if (Stamped(name, stamp) && System.IO.Directory.Exists(folder + "/node_modules"))
    {
        return;
    }

    Information("Installing the npm packages of {0}/package.json ...", folder);
    const string install = "install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error --omit=optional";
    Require(TryRun("npm", install, folder) == 0,
        $"The npm packages of {folder}/package.json could not be installed; npm's own message stands above. "
        + $"With a network, run: (cd {folder} && npm {install})   then this command again.");
    Stamp(name, stamp);
}

// ------------------------------------------------------------------------------------------------------------ tests

// Prints failed tests, the slowest ones and the totals; returns how many ran.
int ReportTests(string[] trx)
{
    XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var runs = trx.Where(System.IO.File.Exists).Select(file => XDocument.Load(file).Root).ToList();
    var results = runs.Descendants(ns + "UnitTestResult")
        .Select(e => (Name: (string)e.Attribute("testName"), Outcome: (string)e.Attribute("outcome"), Time: TimeSpan.Parse((string)e.Attribute("duration") ?? "0")))
        .ToList();
    int Count(string name) => runs.Sum(run => (int)run.Descendants(ns + "Counters").Single().Attribute(name));
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

// What every package holds, and its size.
ZipArchive CheckPackage(string id)
{
    var path = System.IO.Directory.GetFiles(PackageFolder, $"{id}.*.nupkg").Single(file => char.IsAsciiDigit(System.IO.Path.GetFileName(file)[id.Length + 1]));
    var package = ZipFile.OpenRead(path);
    void Expect(bool condition, string what) => Require(condition, $"{path}: expected {what}. It holds: {string.Join(", ", package.Entries.Select(e => e.FullName))}");
    var size = new FileInfo(path).Length;
    Expect(size < LargestPackage, $"less than {LargestPackage / 1_000_000} MB, got {size / 1_000_000}");
    string Text(string name) => Metadata(package, id).Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
    Expect(Text("license") == "MIT" && Text("readme") == "README.md" && package.GetEntry("README.md") is not null && Text("description").Length > 20, "licence, readme and description");
    Expect(Text("repository") is null && Text("projectUrl") is null, "nothing about a repository");
    foreach (var file in package.Entries.Where(file => Regex.IsMatch(file.Name, @"^(Coda\..*|coda)\.dll$")))
    {
        using var bytes = new MemoryStream();
        file.Open().CopyTo(bytes);
        Expect(!Encoding.Latin1.GetString(bytes.ToArray()).Contains(System.IO.Directory.GetCurrentDirectory()), $"no path of this machine in {file}");
    }

    Information("Packed {0}: {1:0.0} MB", path, size / 1e6);
    return package;
}

void CheckLibrary(string id, string[] dependencies)
{
    using var package = CheckPackage(id);
    void Expect(bool condition, string what) => Require(condition, $"{id}: expected {what}. It holds: {string.Join(", ", package.Entries.Select(e => e.FullName))}");
    var metadata = Metadata(package, id);
    var named = metadata.Descendants().Where(e => e.Name.LocalName == "dependency").ToList();
    var version = metadata.Elements().Single(e => e.Name.LocalName == "version").Value;
    Expect(named.Select(e => (string)e.Attribute("id")).Order(StringComparer.Ordinal).SequenceEqual(dependencies), $"the dependencies {string.Join(", ", dependencies)}, got {string.Join(", ", named)}");
    Expect(named.All(e => !e.Attribute("id").Value.StartsWith("Coda.") || e.Attribute("version").Value == version), "other packages of Coda in the same version");
    var files = package.Entries.Select(e => e.FullName).Where(file => file.StartsWith("lib/") || file.StartsWith("tools/") || file.StartsWith("runtimes/"));
    Expect(files.SequenceEqual([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"]), "the library and its documentation only");
    using var symbols = ZipFile.OpenRead($"{PackageFolder}/{id}.{version}.snupkg");
    Expect(symbols.Entries.Any(e => e.Name == id + ".pdb"), "symbols");
}

XElement Metadata(ZipArchive package, string id) => XDocument.Load(package.GetEntry($"{id}.nuspec").Open()).Root.Elements().First(e => e.Name.LocalName == "metadata");

// Installs the tool into an empty folder and runs a short demo there; restores the libraries into a new project elsewhere, which runs the README's example.
void UseAsAStranger()
{
    var feed = System.IO.Path.GetFullPath(PackageFolder);
    var root = System.IO.Directory.CreateTempSubdirectory("coda-stranger-").FullName;
    try
    {
        System.IO.File.WriteAllText($"{root}/nuget.config", $"""<configuration><packageSources><add key="coda" value="{feed}" /></packageSources></configuration>""");
        RunAt(root, "dotnet", "tool install coda --tool-path tool", ("NUGET_PACKAGES", $"{root}/packages"));
        RunAt(root, $"{root}/tool/coda", "demo --quick");

        System.IO.Directory.CreateDirectory($"{root}/example");
        var cache = Capture("dotnet", "nuget locals global-packages --list").Output.Split(": ")[^1].Trim(); // what is there is not fetched again, and Coda never lies there
        System.IO.File.WriteAllText($"{root}/example/example.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
              <PropertyGroup><RestorePackagesPath>{root}/packages</RestorePackagesPath><RestoreFallbackFolders>{cache}</RestoreFallbackFolders></PropertyGroup>
              <ItemGroup><PackageReference Include="Coda.Workflows" Version="*" /></ItemGroup>
            </Project>
            """);
        System.IO.File.WriteAllText($"{root}/example/Program.cs", ExampleOfReadme());
        RunAt(root, "dotnet", "run --project example -c Release");
    }
    finally
    {
        System.IO.Directory.Delete(root, recursive: true);
    }
}

// The C# example with the using lines that Coda.Tests/Readme holds it to.
string ExampleOfReadme()
{
    var example = Regex.Match(System.IO.File.ReadAllText("README.md"), @"## From C#\s.*?```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    Require(example != "", "README.md: expected the C# example below '## From C#'.");
    return example;
}

void RunAt(string folder, string program, string arguments, params (string Name, string Value)[] environment)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
    foreach (var (name, value) in environment)
    {
        start.Environment[name] = value;
    }

    using var process = System.Diagnostics.Process.Start(start);
    process.WaitForExit();
    Require(process.ExitCode == 0, $"'{program} {arguments}' in {folder} failed with exit code {process.ExitCode}.");
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

// Pictures need a font, and text vanishes from them without one.
void RequireFont() => Require(
    !OperatingSystem.IsLinux() || new[] { "/usr/share/fonts", "/usr/local/share/fonts" }.Where(System.IO.Directory.Exists)
        .Any(folder => System.IO.Directory.EnumerateFiles(folder, "*.?tf", System.IO.SearchOption.AllDirectories).Any()),
    "No font is installed, which pictures need. Run as root: apt-get install -y fonts-dejavu-core");

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
