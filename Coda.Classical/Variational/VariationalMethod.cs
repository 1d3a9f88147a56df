using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>What variational methods and the extended Kalman filter share but their mathematics: a model with its derivative, and the climatologies
/// to start from.</summary>
public abstract class VariationalMethod : AssimilationMethod
{
    /// <summary>Checks the options and finds the model; climatologies are found on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Model and errors.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model with a tangent.</exception>
    private protected VariationalMethod(AnalysisContext context, ForecastingOptions options)
    {
        options.Check(Catalog<AssimilationMethod>.NameOf(GetType())).ThrowIfAny();
        Linearized = LinearizedModel.Of(context, options);
        Climatology = new(cancellation => ModelClimatology.Of(Linearized, Covariance, cancellation));
        Observed = new(() => ObservedClimatology.Of(Linearized.Scales.Of(context.Reference)));
    }

    /// <inheritdoc/>
    public override string? Model => Linearized.Description;

    /// <inheritdoc/>
    public override StateLayout Layout => Linearized.Layout;

    /// <summary>The model and the observation operator.</summary>
    private protected LinearizedModel Linearized { get; }

    /// <summary>What is needed of the climatology's covariance, beside the variances.</summary>
    private protected virtual CovarianceForm Covariance => CovarianceForm.Matrix;

    /// <summary>The climatology of the model.</summary>
    private protected OnFirstUse<ModelClimatology> Climatology { get; }

    /// <summary>The climatology of the observations.</summary>
    private protected Lazy<ObservedClimatology> Observed { get; }

    /// <summary>Refuses an archive or a request that cannot be analyzed.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="request">Which steps.</param>
    /// <returns>The request; that for all steps where none is given.</returns>
    private protected AnalysisRequest Require(ArchiveDescription archive, AnalysisRequest? request)
    {
        request ??= new AnalysisRequest();
        Linearized.Require(Name, archive);
        request.Require(archive, this);
        return request;
    }
}
