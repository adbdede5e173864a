using System.Collections;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules in order, registered under their positions.</summary>
    public class ModuleList<T> : Module, IList<T>
        where T : Module
    {
        private readonly List<T> _list = [];
        private bool _registered;

        public ModuleList(params T[] modules)
            : base(nameof(ModuleList)) => _list.AddRange(modules);

        public int Count => _list.Count;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => _list[index];
            set => Change(() => _list[index] = value);
        }

        public void Add(T item)
        {
            _list.Add(item);
            if (_registered)
            {
                register_module($"{_list.Count - 1}", item);
            }
        }

        public void append(params T[] parameters) => extend(parameters);

        public void extend(IEnumerable<T> modules)
        {
            foreach (T module in modules)
            {
                Add(module);
            }
        }

        public void Clear() => Change(_list.Clear);

        public bool Contains(T item) => _list.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public int IndexOf(T item) => _list.IndexOf(item);

        public void Insert(int index, T item) => Change(() => _list.Insert(index, item));

        public bool Remove(T item)
        {
            bool removed = false;
            Change(() => removed = _list.Remove(item));
            return removed;
        }

        public void RemoveAt(int index) => Change(() => _list.RemoveAt(index));

        protected override void RegisterComponents()
        {
            if (!_registered)
            {
                _registered = true;
                for (int i = 0; i < _list.Count; i++)
                {
                    register_module($"{i}", _list[i]);
                }
            }
        }

        // Positions are names: a change in the middle renames what follows.
        private void Change(Action change)
        {
            change();
            if (_registered)
            {
                ClearModules();
                _registered = false;
                RegisterComponents();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            public static Modules.ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
