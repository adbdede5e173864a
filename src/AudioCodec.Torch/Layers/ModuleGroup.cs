using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Holds modules under names and computes nothing: for the levels of an official name, such as <c>vq</c> and <c>layers</c>, that have no work of their own.</summary>
internal sealed class ModuleGroup : nn.Module
{
    public ModuleGroup(params IEnumerable<(string Name, nn.Module Module)> children)
        : base(nameof(ModuleGroup))
    {
        foreach ((string name, nn.Module module) in children)
        {
            register_module(name, module);
        }
    }

    /// <summary>Modules named by their position.</summary>
    public static ModuleGroup Numbered(IEnumerable<nn.Module> modules) => new(modules.Select((module, i) => ($"{i}", module)));
}
