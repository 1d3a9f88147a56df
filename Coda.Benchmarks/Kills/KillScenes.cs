using System.Globalization;
using System.Text;
using Coda.Benchmarks.Faults;
using Coda.Cli;

namespace Coda.Benchmarks.Kills;

/// <summary>The commands that are killed, and the small records that they read.</summary>
internal static class KillScenes
{
    private const string Analyze = "analyze --archive @record --method etkf --set members=6 --part-size 60 --output OUT";
    private const string Other = "analyze --archive @record --method three-dvar --part-size 60 --output OUT";
    private const string Import = "import @observed.csv --step-length 0.5 --sigma 1 --withhold 0 --output OUT";
    private const string Forecast = "forecast --archive OUT --method simulator --from smoothed --leads 0 0.05 --every 0.1";

    private const string Train = "train --archive @record --experiment lorenz96 --output OUT --threads 1 --set steps=6 system.size=8 network.halfWidth=2 "
        + "network.width=4 network.blocks=1 network.kernel=3 network.hasSpread=true parameters.F.start=7.9 withholdingFraction=0.3 batchSize=4 "
        + "rolloutLength=4 learningRate=0.01 warmUpSteps=2 validationInterval=2 checkpointInterval=2";

    private const string Study = "study parameter --only F_true=8 --seeds 1 2 --threads 1 --output OUT --set experiment.network.halfWidth=3 "
        + "experiment.network.width=4 experiment.network.blocks=1 experiment.batchSize=4 experiment.rolloutLength=4 experiment.steps=4 "
        + "experiment.warmUpSteps=2 experiment.validationInterval=2 experiment.checkpointInterval=2 training.trajectoryCount=2 training.stepCount=40 "
        + "training.spinUpSteps=100 test.trajectoryCount=1 test.stepCount=40 test.spinUpSteps=100 margin=5 refine=0";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KillScene> All { get; } =
    [
        new("train", 8, Train),
        new("analyze", 14, Analyze),
        new("analyze, over other analyses", 12, Other) { Before = Analyze },
        new("import", 10, Import),
        new("import --overwrite", 12, $"{Import} --overwrite") { Before = Analyze },
        new("forecast", 10, Forecast) { Before = Analyze },
        new("study", 4, Study),
        new("analyze, S3", 8, Analyze) { IsStored = true },
        new("analyze, over other analyses, S3", 8, Other) { Before = Analyze, IsStored = true },
        new("import --overwrite, S3", 7, $"{Import} --overwrite") { Before = Analyze, IsStored = true },
        new("forecast, S3", 7, Forecast) { Before = Analyze, IsStored = true },
    ];

    /// <summary>Makes what the commands read.</summary>
    /// <param name="folder">Where; what is there is removed.</param>
    /// <exception cref="InvalidOperationException">The record could not be made.</exception>
    public static void MakeBed(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        const string line = "simulate --set system.size=8 observingNetwork.fraction=0.5 --spin-up 300 --trajectories 2 --steps 120 --withhold 0.1 "
            + "--output @record";
        var made = new CommandProbe("bed", null, line).Run(folder, CancellationToken.None);
        if (made.ExitCode != ExitCodes.Success)
        {
            throw new InvalidOperationException($"coda {line}: exit code {made.ExitCode}. {made.Error}");
        }

        var text = new StringBuilder("time,site,value\n");
        for (var i = 0; i < 300; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{i / 5 * 0.5},{i % 5},{Math.Sin(i) * 4:F3}");
        }

        File.WriteAllText(Path.Combine(folder, "observed.csv"), text.ToString());
    }
}
