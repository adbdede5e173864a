using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules applied one after the other.</summary>
    public class Sequential : Module<Tensor, Tensor>
    {
        private readonly List<IModule<Tensor, Tensor>> _modules = [];

        protected internal Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules)
            : base(nameof(Sequential))
        {
            foreach ((string key, Module<Tensor, Tensor> module) in modules)
            {
                append(key, module);
            }
        }

        protected internal Sequential(params Module<Tensor, Tensor>[] modules)
            : base(nameof(Sequential))
        {
            foreach (Module<Tensor, Tensor> module in modules)
            {
                append(module);
            }
        }

        public int Count => _modules.Count;

        [IndexerName("SequentialItems")]
        public IModule<Tensor, Tensor> this[int index] => _modules[index];

        [IndexerName("SequentialItems")]
        public Sequential this[(int? start, int? end) index] => this[(index.start ?? 0)..(index.end ?? _modules.Count)];

        /// <summary>A sequence over the same modules, under the same names.</summary>
        [IndexerName("SequentialItems")]
        public Sequential this[Range index] => new([.. named_children().ToArray()[index].Select(c => (c.name, (Module<Tensor, Tensor>)c.module))]);

        public Sequential append(string name, IModule<Tensor, Tensor> module)
        {
            register_module(name, (Module)module);
            _modules.Add(module);
            return this;
        }

        public Sequential append(IModule<Tensor, Tensor> module) => append(_modules.Count.ToString(), module);

        /// <summary>Runs the modules in order; what lies between is freed at once unless the graph needs it.</summary>
        public override Tensor forward(Tensor tensor)
        {
            if (_modules.Count == 0)
            {
                return tensor.alias();
            }

            Tensor current = _modules[0].call(tensor);
            for (int i = 1; i < _modules.Count; i++)
            {
                Tensor next = _modules[i].call(current);
                if (!ReferenceEquals(next, current))
                {
                    current.Dispose();
                }

                current = next;
            }

            return current;
        }

        // Everything was registered when it was appended; the fields of this class are no components.
        protected override void RegisterComponents()
        {
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential() => new(Array.Empty<Module<Tensor, Tensor>>());

            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

            public static Modules.Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
                new([.. modules.Select(m => (m.Item1, m.Item2))]);

            public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new([.. modules]);

            public static Modules.Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                new([.. modules.Select(m => (m.Item1, m.Item2))]);

            public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new([.. modules]);
        }
    }
}
