#include "data/ShowerFile.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/Error.hh"
#include "core/Log.hh"
#include "data/CellCheck.hh"
#include "data/HeldJson.hh"
#include "data/LayoutProbe.hh"
#include "data/PolarAngle.hh"
#include "data/hdf5/OpenHdf5.hh"
#include "data/hdf5/Signature.hh"

namespace caloforge::data {
using core::InputError;
using core::Json;
using hdf5::Handle;
using hdf5::Lock;
namespace fs = std::filesystem;
namespace {

/// Showers whose conditions describe() looks at in one go, and numbers of one that it gives the range of.
constexpr std::size_t described_at_once = 65536;
constexpr std::size_t most_described = 16;
/// Provenance as JSON; text that is none stands for itself.
Json parse_provenance(const std::string& text, const fs::path& path) {
    try {
        return parse_held_json(text, "provenance", path);
    } catch (const InputError&) {
        return hdf5::printable(text);
    }
}

}  // namespace

struct ShowerFile::Impl {
    fs::path path;
    ReadOptions options;
    Handle file;
    ShowerSource source;
    bool warned = false;

    /// A condition of showers [first, first + count): (count, shape...). NaN and infinities stop, and
    /// energies that are not positive.
    void read_condition(const ShowerSource::Condition& condition, std::size_t first, std::size_t count,
                        std::span<float> out);
    Json describe_condition(const ShowerSource::Condition& condition);
    void check_energies(std::size_t first, std::span<const float> energies) const;
    void check_angles(const ShowerSource::Condition& condition, std::size_t first,
                      std::span<const float> values) const;
    void check_cells(std::size_t first, ShowerBatch& batch);
};

void ShowerFile::Impl::read_condition(const ShowerSource::Condition& condition, std::size_t first,
                                      std::size_t count, std::span<float> out) {
    hdf5::NumberDataset& dataset = source.extras[condition.dataset];
    const auto check = [&](std::span<const float> values) {
        const auto bad = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
        if (bad == values.end()) return;
        const std::size_t shower =
            first + static_cast<std::size_t>(bad - values.begin()) / (values.size() / count);
        throw InputError(fmt::format(
            "shower {} of {} has the value {} in `{}` (not a finite number). Is the file damaged?", shower,
            path.string(), *bad, dataset.name()));
    };
    const std::size_t width = condition.field.elements();
    if (condition.columns.empty()) {
        dataset.read(first, count, out.data());
        check(out);
    }
    std::vector<float> column(condition.columns.empty() ? 0 : count);
    for (std::size_t k = 0; k < condition.columns.size(); ++k) {
        dataset.read_column(first, count, condition.columns[k], column.data());
        check(column);
        for (std::size_t i = 0; i < count; ++i) out[i * width + k] = column[i];
    }
    check_angles(condition, first, out);
    if (condition.polar_angle) {
        for (std::size_t i = 0; i < count; ++i)
            std::ranges::copy(direction_of_polar_angle(column[i]), &out[2 * i]);
    }
    if (condition.scale != 1) {
        for (float& value : out) value = static_cast<float>(value / condition.scale);
    }
    if (&condition == &source.conditions[0]) check_energies(first, out);
}

void ShowerFile::Impl::check_energies(std::size_t first, std::span<const float> energies) const {
    const auto bad = std::ranges::find_if(energies, [](float energy) { return !(energy > 0); });
    if (bad == energies.end()) return;
    throw InputError(
        fmt::format("shower {} of {} has an incident energy of {} GeV (not positive). "
                    "Is `{}` the right data set?",
                    first + static_cast<std::size_t>(bad - energies.begin()), path.string(), *bad,
                    source.extras[source.conditions[0].dataset].name()));
}

// `values` as the file has them: (theta, phi), or a barrel's polar angle before its other half is known.
void ShowerFile::Impl::check_angles(const ShowerSource::Condition& condition, std::size_t first,
                                    std::span<const float> values) const {
    if (condition.field.name != sample::direction_field.name) return;
    constexpr float rounding = 1e-4F, pi = std::numbers::pi_v<float>;
    for (std::size_t i = 0; 2 * i < values.size(); ++i) {
        const float theta = values[2 * i], phi = condition.polar_angle ? 0 : values[2 * i + 1];
        const bool theta_is_one = theta >= -rounding && theta <= pi + rounding;
        if (theta_is_one && std::abs(phi) <= 2 * pi + rounding) continue;
        throw InputError(fmt::format(
            "shower {} of {} has the angle {} = {:.6g} in `{}` (radian are wanted: theta from 0 to pi, phi "
            "within 2 pi). Is it in degrees?",
            first + i, path.string(), theta_is_one ? "phi" : "theta", theta_is_one ? phi : theta,
            source.extras[condition.dataset].name()));
    }
}

void ShowerFile::Impl::check_cells(std::size_t first, ShowerBatch& batch) {
    const auto energies = batch.conditions.values(sample::energy_field.name);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const CellSums sums = clean_cells(batch.shower(i), source.cell_scale, options.threshold);
        if (sums.bad_cell) {
            const float value = batch.shower(i)[*sums.bad_cell];
            throw InputError(fmt::format(
                "shower {} of {} has {} GeV in {} of `{}` (energies are finite and not negative). {}",
                first + i, path.string(), value, source.readout.cell_text(*sums.bad_cell),
                source.cells.name(),
                std::isfinite(value) ? "Is it noise of a read-out: read it with a cell threshold above that?"
                                     : "Is the file damaged?"));
        }
        if (!warned && !options.more_than_incident && sums.deposited > energies[i]) {
            warned = true;
            core::warning(
                "shower {} of {} deposits {:.4g} GeV from a particle of {:.4g} GeV (values in another unit, "
                "or multiplied?). Give {}: 1000 for MeV, 50 for public variable-angle files?",
                first + i, path.string(), sums.deposited, energies[i], options.scale_name);
        }
    }
}

ShowerFile::ShowerFile(fs::path path, ReadOptions options) {
    for (const double scale : {options.scale, options.energy_scale}) {
        if (scale >= 0 && std::isfinite(scale)) continue;
        throw InputError(fmt::format(
            "the scale {} is of no use (file values are divided by it). Give a positive number?", scale));
    }
    const Lock lock;
    Handle file = hdf5::open_for_reading(path);
    ShowerSource source = recognise(file.id(), path, options);
    impl_ = std::unique_ptr<Impl>(
        new Impl{std::move(path), std::move(options), std::move(file), std::move(source), false});
}

ShowerFile::~ShowerFile() = default;
ShowerFile::ShowerFile(ShowerFile&&) noexcept = default;
ShowerFile& ShowerFile::operator=(ShowerFile&&) noexcept = default;

Layout ShowerFile::layout() const {
    return impl_->source.layout;
}
const geometry::Readout& ShowerFile::readout() const {
    return impl_->source.readout;
}
sample::Fields ShowerFile::conditions() const {
    sample::Fields out;
    for (const auto& condition : impl_->source.conditions) out.push_back(condition.field);
    return out;
}
std::size_t ShowerFile::size() const {
    return impl_->source.size();
}
const fs::path& ShowerFile::path() const {
    return impl_->path;
}

void ShowerFile::read(std::size_t first, std::size_t count, ShowerBatch& batch) {
    if (first > size() || count > size() - first) {
        throw InputError(fmt::format("cannot read showers {} to {} of {} (it holds {}). Ask for fewer?",
                                     first, first + count, path().string(), size()));
    }
    const ShowerSource& source = impl_->source;
    batch.readout = source.readout;
    batch.cells.resize(count * source.readout.cells());
    if (batch.conditions.fields() != conditions()) batch.conditions = sample::Columns(count, conditions());
    batch.conditions.resize(count);
    if (count == 0) return;
    {
        const Lock lock;
        for (const auto& condition : source.conditions)
            impl_->read_condition(condition, first, count, batch.conditions.values(condition.field.name));
        impl_->source.cells.read(first, count, batch.cells.data());
    }
    impl_->check_cells(first, batch);
}

std::vector<float> ShowerFile::read_condition(const std::string& name) {
    const auto& known = impl_->source.conditions;
    const auto condition = std::ranges::find(known, name, [](const auto& one) { return one.field.name; });
    if (condition == known.end()) {
        throw InputError(
            fmt::format("{} does not say `{}` of its showers. Name another file?", path().string(), name));
    }
    std::vector<float> out(size() * condition->field.elements());
    const Lock lock;
    if (!out.empty()) impl_->read_condition(*condition, 0, size(), out);
    return out;
}

Json ShowerFile::Impl::describe_condition(const ShowerSource::Condition& condition) {
    const sample::Field& field = condition.field;
    Json json = {{"name", field.name}, {"shape", field.shape}, {"unit", field.unit}};
    const std::size_t width = field.elements();
    if (width > most_described) return json;
    std::vector<float> low(width, INFINITY), high(width, -INFINITY), values;
    for (std::size_t first = 0; first < source.size(); first += described_at_once) {
        const std::size_t count = std::min(described_at_once, source.size() - first);
        values.resize(count * width);
        read_condition(condition, first, count, values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            low[i % width] = std::min(low[i % width], values[i]);
            high[i % width] = std::max(high[i % width], values[i]);
        }
    }
    json["low"] = low;
    json["high"] = high;
    return json;
}

Json ShowerFile::describe() {
    const Lock lock;
    Json json;
    json["format"] = to_string(layout());
    json["showers"] = size();
    json["readout"] = readout().text();
    if (const auto grid = readout().extents())
        json["grid"] = grid->json();
    else
        json["layers"] = readout().json()["layers"];
    for (const auto& condition : impl_->source.conditions) {
        Json& described = json["conditions"].emplace_back();
        try {
            described = impl_->describe_condition(condition);
        } catch (const InputError& error) {
            // A file whose energies are bad is one that cannot be used, said at once; one without a good
            // impact point is still worth a look.
            if (json["conditions"].size() == 1) throw;
            described = {{"name", condition.field.name}, {"problem", error.what()}};
        }
    }
    json["datasets"] = Json::array();
    for (const auto& name : hdf5::dataset_names(impl_->file.id())) {
        hdf5::DatasetHeader header;
        if (hdf5::open_dataset(impl_->file.id(), name, header).valid())
            json["datasets"].push_back(header.json());
    }
    const Json& energy = json["conditions"][0];
    json["incident_energy_gev"] = {energy["low"][0], energy["high"][0]};
    const std::string provenance = hdf5::text_attribute(impl_->file.id(), "caloforge");
    if (!provenance.empty()) json["provenance"] = parse_provenance(provenance, path());
    return json;
}

bool is_hdf5(const fs::path& path) {
    return hdf5::has_signature(path);
}

}  // namespace caloforge::data
