using System.Globalization;
using TorchSharp;

namespace Coda.Training.Natives;

/// <summary>The devices of LibTorch by name.</summary>
public static class TorchDevice
{
    /// <summary>The device of a name, loading LibTorch where it is not yet.</summary>
    /// <param name="name">cpu, cuda or cuda:N.</param>
    /// <exception cref="ArgumentException">No such name, or LibTorch sees no such device.</exception>
    /// <exception cref="DllNotFoundException">LibTorch cannot be loaded.</exception>
    public static torch.Device Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name is not ("cpu" or "cuda") && !(name.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(name["cuda:".Length..], out _)))
        {
            throw new ArgumentException($"--device: expected cpu, cuda or cuda:N, got '{name}'.");
        }

        LibTorch.Load();
        if (name == "cpu")
        {
            return torch.CPU;
        }

        var number = name == "cuda" ? 0 : int.Parse(name["cuda:".Length..], CultureInfo.InvariantCulture);
        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return number < count
            ? torch.device(name)
            : throw new ArgumentException(
                $"--device {name}: expected a CUDA device of that number, got a LibTorch that sees {count}. Install NVIDIA's driver "
                    + $"and a LibTorch {LibTorch.Version} with CUDA, name its folder in {LibTorch.FolderVariable}, or take --device cpu.");
    }
}
