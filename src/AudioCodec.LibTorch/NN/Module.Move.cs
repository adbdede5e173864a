using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                RequireFloating(dtype);
                Convert(dtype, device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                Convert(null, new Device(deviceType, deviceIndex), non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                RequireFloating(dtype);
                Convert(dtype, null, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking) => _to(other.device, other.dtype, non_blocking);

            private static void RequireFloating(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                {
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
                }
            }

            private void Convert(ScalarType? dtype, Device? device, bool nonBlocking)
            {
                if (device is not null)
                {
                    InitializeDeviceType(device.type);
                }

                foreach ((string _, Module module) in named_children())
                {
                    module.Convert(dtype, device, nonBlocking);
                }

                foreach ((string key, Parameter parameter) in _internal_params.ToArray())
                {
                    if (Replacement(parameter, dtype, device, nonBlocking) is { } moved)
                    {
                        Parameter fresh = Renew(parameter, moved, dtype, device, nonBlocking);
                        _internal_params[key] = fresh;
                        Store(key, fresh);
                        parameter.Dispose();
                    }
                }

                foreach ((string key, (Tensor buffer, bool persistent)) in _internal_buffers.ToArray())
                {
                    if (Replacement(buffer, dtype, device, nonBlocking) is { } moved)
                    {
                        _internal_buffers[key] = (moved.DetachFromDisposeScope(), persistent);
                        Store(key, moved);
                        buffer.Dispose();
                    }
                }

                if (device is not null)
                {
                    _deviceType = device.type;
                    _deviceIndex = device.index;
                }
            }

            // Null where the tensor is as wanted already. Integers keep their type.
            private static Tensor? Replacement(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                ScalarType type = dtype is { } wanted && (tensor.is_floating_point() || tensor.is_complex()) ? wanted : tensor.dtype;
                Device place = device ?? tensor.device;
                if (type == tensor.dtype && place.type == tensor.device_type && place.index == tensor.device_index)
                {
                    return null;
                }

                using IDisposable off = no_grad();
                return tensor.to(type, place, non_blocking: nonBlocking);
            }

            private static Parameter Renew(Parameter old, Tensor moved, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                Parameter fresh = new(moved, old.requires_grad);
                moved.Dispose();
                using Tensor? grad = old.grad;
                if (grad is not null)
                {
                    using Tensor? movedGrad = Replacement(grad, dtype, device, nonBlocking);
                    fresh.grad = movedGrad ?? grad;
                }

                return fresh;
            }

            // The field or property that the component came from must show the new tensor.
            private void Store(string key, Tensor value)
            {
                foreach (FieldInfo field in ComponentFields(GetType()))
                {
                    if (field.ComponentName() == key && field.FieldType.IsInstanceOfType(value))
                    {
                        field.SetValue(this, value);
                    }
                }
            }
        }
    }
}
