using Coda.Data.Cards;

namespace Coda.Tests;

/// <summary>The files of a model's graphs, named after their roles, as the export and cards of format 1 name them.</summary>
internal static class GraphFiles
{
    public const string Analysis = ModelRoles.Analysis + ".onnx";
    public const string AnalysisStretch = ModelRoles.AnalysisStretch + ".onnx";
    public const string AnalysisStretchInt8 = ModelRoles.AnalysisStretchInt8 + ".onnx";
    public const string Forecast = ModelRoles.Forecast + ".onnx";
    public const string Tangent = ModelRoles.Tangent + ".onnx";
    public const string Adjoint = ModelRoles.Adjoint + ".onnx";
    public const string Correction = ModelRoles.Correction + ".onnx";
}
