namespace Coda.Classical.Variational.Latent;

/// <summary>What is taken of the covariance of latent numbers.</summary>
public enum LatentCovariance
{
    /// <summary>The variances: latent numbers count as independent.</summary>
    Diagonal,

    /// <summary>All of it.</summary>
    Full,
}
