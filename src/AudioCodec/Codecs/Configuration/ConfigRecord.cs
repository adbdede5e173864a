using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Reads and writes a configuration record by its keys: the properties that can be set, in snake case.</summary>
/// <remarks>
/// By reflection, which works in trimmed and native builds as well: the serializer's generic code for each type of key must be compiled at a program's
/// start, which takes longer than reading a configuration in any other way.
/// </remarks>
/// <typeparam name="T">The record. Its <see langword="required"/> properties are keys that must be present; the others have the defaults of a new record.</typeparam>
internal sealed class ConfigRecord<[DynamicallyAccessedMembers(Members)] T>
    where T : class
{
    private const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicParameterlessConstructor
        | DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.NonPublicProperties;

    private readonly Key[] _keys;

    /// <summary>Finds the keys.</summary>
    /// <param name="sections">Keys that have keys of their own.</param>
    public ConfigRecord(params ReadOnlySpan<IConfigSection> sections)
    {
        PropertyInfo[] properties = typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        var keys = new List<Key>(properties.Length);
        foreach (PropertyInfo property in properties)
        {
            // Computed properties are not keys.
            if (property.SetMethod is not null)
            {
                keys.Add(new Key(property, Section(sections, property.PropertyType)));
            }
        }

        _keys = [.. keys];
    }

    /// <summary>Builds a record from its keys; values are not checked against each other.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or its value has the wrong type.</exception>
    public T Read(JsonObject keys)
    {
        RequireKnown(keys);
        foreach (Key key in _keys)
        {
            if (key.IsRequired && !keys.ContainsKey(key.Name))
            {
                throw new ConfigException($"{key.Name} is missing; {ConfigValue.Expected(key.Property.PropertyType)} is expected.", key.Name);
            }
        }

        T record = Activator.CreateInstance<T>();
        Set(record, keys);
        return record;
    }

    /// <summary>A copy of a record with other values for some keys; values are not checked against each other.</summary>
    /// <exception cref="ConfigException">A key is unknown, or its value has the wrong type.</exception>
    public T Replace(T record, JsonObject keys)
    {
        RequireKnown(keys);
        T copy = Activator.CreateInstance<T>();
        foreach (Key key in _keys)
        {
            key.Property.SetValue(copy, key.Property.GetValue(record));
        }

        Set(copy, keys);
        return copy;
    }

    /// <summary>The keys of a record; those without a value are left out.</summary>
    public JsonObject Write(T record)
    {
        JsonObject keys = [];
        foreach (Key key in _keys)
        {
            if (key.Property.GetValue(record) is { } value)
            {
                keys.Add(key.Name, key.Section is null ? ConfigValue.Write(value) : key.Section.Write(value));
            }
        }

        return keys;
    }

    private void Set(T record, JsonObject keys)
    {
        foreach ((string name, JsonNode? value) in keys)
        {
            Key key = Find(name)!; // RequireKnown has looked.
            object? read = value is not null ? key.Section is null ? ConfigValue.Read(key.Property.PropertyType, value) : key.Section.Read(value) : null;
            if (read is null && (value is not null || !key.IsNullable))
            {
                string found = Messages.Quote(value?.ToJsonString() ?? "null");
                throw new ConfigException($"{name} is {found}; {ConfigValue.Expected(key.Property.PropertyType)} is expected.", name);
            }

            key.Property.SetValue(record, read);
        }
    }

    private void RequireKnown(JsonObject keys)
    {
        foreach ((string name, _) in keys)
        {
            if (Find(name) is null)
            {
                string known = string.Join(", ", _keys.Select(key => key.Name));
                throw new ConfigException($"{Messages.Quote(name)} is not a known key; the keys are {known}.", name);
            }
        }
    }

    private Key? Find(string name) => Array.Find(_keys, key => key.Name == name);

    private static IConfigSection? Section(ReadOnlySpan<IConfigSection> sections, Type type)
    {
        foreach (IConfigSection section in sections)
        {
            if (section.Type == type)
            {
                return section;
            }
        }

        return null;
    }

    private sealed class Key(PropertyInfo property, IConfigSection? section)
    {
        public PropertyInfo Property { get; } = property;

        public IConfigSection? Section { get; } = section;

        public string Name { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

        public bool IsRequired { get; } = property.IsDefined(typeof(RequiredMemberAttribute));

        public bool IsNullable => new NullabilityInfoContext().Create(Property).WriteState == NullabilityState.Nullable;
    }
}
