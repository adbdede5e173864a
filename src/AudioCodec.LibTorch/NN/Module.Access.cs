using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
                foreach ((string key, Parameter parameter) in _internal_params)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter))
                    {
                        yield return (key, parameter);
                    }
                }

                foreach ((string child, Module module) in recurse ? _internal_submodules : [])
                {
                    foreach ((string key, Parameter parameter) in module.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{child}.{key}", parameter);
                        }
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            /// <summary>The persistent buffers; like TorchSharp, buffers that are not persistent are never listed.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
                foreach ((string key, (Tensor buffer, bool persistent)) in _internal_buffers)
                {
                    if (persistent && !buffer.IsInvalid && seen.Add(buffer))
                    {
                        yield return (key, buffer);
                    }
                }

                foreach ((string child, Module module) in recurse ? _internal_submodules : [])
                {
                    foreach ((string key, Tensor buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                        {
                            yield return ($"{child}.{key}", buffer);
                        }
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(c => c.module);

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach ((string key, Module module) in named_children())
                {
                    yield return (key, module);
                }

                foreach ((string child, Module module) in named_children())
                {
                    foreach ((string key, Module inner) in module.named_modules())
                    {
                        yield return ($"{child}.{key}", inner);
                    }
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>Parameters and buffers by their full names. The tensors are the module's own, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach ((string key, Parameter parameter) in named_parameters())
                {
                    destination.TryAdd(start + key, parameter);
                }

                foreach ((string key, Tensor buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(start + key, buffer);
                }

                foreach ((string child, Module module) in _internal_submodules)
                {
                    module.state_dict(destination, start + child);
                }

                return destination;
            }

            /// <summary>Copies values into the module's parameters and buffers.</summary>
            /// <exception cref="InvalidOperationException">Names differ and <paramref name="strict"/> is set.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                Dictionary<string, Tensor> destination = state_dict();
                HashSet<string> skipped = [.. skip ?? []];
                List<string> missing = [.. destination.Keys.Where(k => !skipped.Contains(k) && !source.ContainsKey(k))];
                List<string> unexpected = [.. source.Keys.Where(k => !skipped.Contains(k) && !destination.ContainsKey(k))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary. "
                        + $"Missing: {string.Join(", ", missing.Take(5))}; unexpected: {string.Join(", ", unexpected.Take(5))}");
                }

                using IDisposable off = no_grad();
                foreach ((string key, Tensor value) in source)
                {
                    if (!skipped.Contains(key) && destination.TryGetValue(key, out Tensor? target))
                    {
                        target.copy_(value).Dispose();
                    }
                }

                return (missing, unexpected);
            }

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual Tensor? get_buffer(string target) =>
                _internal_buffers.TryGetValue(target, out (Tensor, bool) buffer) ? buffer.Item1 : Descend(target, (module, rest) => module.get_buffer(rest));

            public virtual Parameter? get_parameter(string target) =>
                _internal_params.TryGetValue(target, out Parameter? parameter) ? parameter : Descend(target, (module, rest) => module.get_parameter(rest));

            private T? Descend<T>(string target, Func<Module, string, T?> find)
                where T : class
            {
                int dot = target.IndexOf('.', StringComparison.Ordinal);
                return dot < 0
                    ? null
                    : named_children().Where(c => c.name == target[..dot]).Select(c => find(c.module, target[(dot + 1)..])).FirstOrDefault(t => t is not null);
            }
        }
    }
}
