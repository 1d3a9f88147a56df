// Will x at site 0 be above 6 one time unit from now? Logistic regression on the analyses of a trained network, against the same on the raw observations.
//
//   dotnet run -c Release --project samples/EventPrediction [folder of a model]

using Coda.Samples.EventPrediction;

var folder = Directory.CreateTempSubdirectory("event-prediction-");
try
{
    Console.WriteLine("features                       values       AUC   average precision");
    var experiment = new Experiment(args.FirstOrDefault() ?? Path.Combine("models", "lorenz96"), folder.FullName);
    foreach (var scores in experiment.Run())
    {
        Console.WriteLine($"{scores.Features,-28}{scores.Length,9}{scores.Auc,10:F3}{scores.AveragePrecision,20:F3}");
    }

    Console.WriteLine($"The event is {experiment.Lead} steps after the state, of which the windows see {experiment.LookAhead}: it follows the newest "
        + $"observation by {experiment.Lead - experiment.LookAhead}.");
    Console.WriteLine($"The event follows {experiment.Share:P1} of {experiment.TestRows} test rows; a guess scores that average precision, and an AUC of .5.");
}
finally
{
    folder.Delete(recursive: true);
}
