using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlScalar = YamlDotNet.Core.Events.Scalar;

namespace AudioCodec.Training.Configuration;

/// <summary>A number that may change over a run: in YAML one number, or numbers by the step from which each holds, such as <c>{0: 0.3, 2000: 0.05}</c>.</summary>
/// <remarks>Before the first of several steps it is 0.</remarks>
public sealed class StepValue
{
    private readonly SortedDictionary<int, double> _values;

    /// <summary>A number that holds for a whole run.</summary>
    public StepValue(double value)
        : this(new Dictionary<int, double> { [0] = value })
    {
    }

    /// <summary>Numbers by the step from which each holds.</summary>
    public StepValue(IDictionary<int, double> values) => _values = new(values);

    /// <summary>Largest of the numbers.</summary>
    public double Max => _values.Values.Max();

    /// <summary>The steps from which the numbers hold.</summary>
    internal IEnumerable<int> Steps => _values.Keys;

    /// <summary>Whether steps and numbers are allowed for weights: none negative, every number finite.</summary>
    internal bool IsWeight => _values.Count > 0 && _values.All(v => v.Key >= 0 && v.Value >= 0 && double.IsFinite(v.Value));

    /// <summary>The number that holds at a step.</summary>
    public double At(long step)
    {
        double current = 0;
        foreach ((int from, double value) in _values)
        {
            current = from <= step ? value : current;
        }

        return current;
    }

    /// <summary>Reads and writes the YAML of such numbers.</summary>
    internal sealed class Yaml : IYamlTypeConverter
    {
        public bool Accepts(Type type) => type == typeof(StepValue);

        public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
        {
            if (parser.Accept<YamlScalar>(out _))
            {
                return new StepValue(Number(parser.Consume<YamlScalar>()));
            }

            var values = new Dictionary<int, double>();
            parser.Consume<MappingStart>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                YamlScalar step = parser.Consume<YamlScalar>();
                if (!int.TryParse(step.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int from) || !values.TryAdd(from, Number(parser.Consume<YamlScalar>())))
                {
                    throw new YamlException(step.Start, step.End, $"'{step.Value}' is no step, or is there twice; a number, or numbers by step as in {{0: 0.3, 2000: 0.05}}, are expected.");
                }
            }

            return new StepValue(values);
        }

        public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer)
        {
            SortedDictionary<int, double> values = ((StepValue)value!)._values;
            if (values.Count == 1 && values.TryGetValue(0, out double constant))
            {
                emitter.Emit(Text(constant));
                return;
            }

            emitter.Emit(new MappingStart(default, default, isImplicit: true, MappingStyle.Flow));
            foreach ((int from, double number) in values)
            {
                emitter.Emit(Text(from));
                emitter.Emit(Text(number));
            }

            emitter.Emit(new MappingEnd());
        }

        private static YamlScalar Text(double number) => new(number.ToString(CultureInfo.InvariantCulture));

        private static double Number(YamlScalar scalar) => double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new YamlException(scalar.Start, scalar.End, $"'{scalar.Value}' is no number.");
    }
}
