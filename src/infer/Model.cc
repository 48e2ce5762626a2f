#include "infer/Model.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/Error.hh"
#include "core/Log.hh"
#include "core/Suggest.hh"
#include "graph/Lower.hh"

namespace caloforge::infer {
namespace {

constexpr const char* role = "generator";

std::unique_ptr<Backend> torch_backend(const network::WeightsFile& file, const ModelOptions& options,
                                       bool rewritten) {
    return make_torch_backend(file, role, {options.device, options.threads, rewritten});
}

/// The engine wherever there is one; elsewhere libtorch runs what the engine would.
std::unique_ptr<Backend> native_backend(const network::WeightsFile& file, const ModelOptions& options) {
    if (options.device == "cpu") return make_engine_backend(file, role);
    if (options.device.starts_with("cuda")) {
        if (auto made = make_cuda_backend(file, role, options.device)) return made;
    }
    return torch_backend(file, options, true);
}

struct Kind {
    const char* name;
    const char* about;  ///< for people
    bool any_layer;     ///< it also runs a network with a layer that the graph does not know
    bool any_device;    ///< or the CPU alone
    std::unique_ptr<Backend> (*make)(const network::WeightsFile&, const ModelOptions&);
};

/// Every backend, the default first.
constexpr std::array kinds = {
    Kind{"native", "the engine", false, true, native_backend},
    Kind{"torch", "libtorch", true, true,
         [](const network::WeightsFile& file, const ModelOptions& options) {
             return torch_backend(file, options, false);
         }},
    Kind{"torch-rewritten", "libtorch with the network as the engine rewrites it", false, true,
         [](const network::WeightsFile& file, const ModelOptions& options) {
             return torch_backend(file, options, true);
         }},
};

std::unique_ptr<Backend> make_backend(const network::WeightsFile& file, const ModelOptions& options) {
    const auto kind = std::ranges::find(kinds, options.backend, &Kind::name);
    if (kind == kinds.end()) {
        throw core::InputError(fmt::format("there is no backend `{}`.{}", options.backend,
                                           core::did_you_mean(options.backend, backend_names())));
    }
    if (!kind->any_device && options.device != "cpu") {
        throw core::InputError(fmt::format(
            "the backend `{}` computes on the CPU alone (the device is {}). Name another backend?",
            options.backend, options.device));
    }
    const std::string unknown = graph::unsupported_layer(file.network(role));
    if (unknown.empty() || kind->any_layer) return kind->make(file, options);
    core::info("the engine does not know the layer {}: libtorch runs the network as written", unknown);
    return torch_backend(file, options, false);
}

/// Where showers are deposited, and the cells that they are read out in.
struct Place {
    geometry::Detector detector;
    geometry::Readout readout;
};

/// The shape of showers in these cells.
sample::Shape shape_of(const geometry::Readout& readout) {
    const auto whole = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    if (const auto* grid = readout.grid()) return {1, whole(grid->nx), whole(grid->ny), whole(grid->nz)};
    const geometry::ReadoutRings* rings = readout.rings();
    if (!rings || !rings->is_regular()) return {whole(readout.cells())};
    const auto& layer = rings->layers()[0];
    return {1, whole(readout.layers()), whole(layer.sectors), whole(layer.rings())};
}

std::optional<Place> place_of(const core::Json& document, const sample::Fields& outputs) {
    const sample::Field* showers = sample::find(outputs, sample::showers_name);
    if (!showers && !document.contains("detector")) return std::nullopt;
    auto detector = geometry::Detector::from_json(document.value("detector", core::Json::object()));
    const geometry::Readout readout = document.contains("readout")
                                          ? geometry::Readout::from_json(document["readout"])
                                          : geometry::Readout(detector.grid());
    const sample::Shape wanted = shape_of(readout);
    if (showers && showers->shape != wanted) {
        throw core::InputError(fmt::format("the model makes showers of shape {}, its detector reads out {}.",
                                           sample::to_string(showers->shape), sample::to_string(wanted)));
    }
    return Place{std::move(detector), readout};
}

}  // namespace

std::vector<std::string> backend_names() {
    std::vector<std::string> out;
    for (const Kind& kind : kinds) out.emplace_back(kind.name);
    return out;
}

std::string backend_help() {
    std::string out;
    for (const Kind& kind : kinds) {
        const char* between = out.empty() ? "" : &kind == &kinds.back() ? " or " : ", ";
        out += fmt::format("{}{} ({})", between, kind.name, kind.about);
    }
    return out;
}

struct Model::Impl {
    Impl(network::WeightsFile file, const ModelOptions& options)
        : name(file.document.value("name", std::string("model"))),
          backend(make_backend(file, options)),
          place(place_of(file.document, backend->outputs())),
          conditions(file.document.value("conditions", core::Json::object()), backend->inputs()),
          constants(sample::constants_from_json(file.document.value("constants", core::Json::object()))),
          allow_extrapolation(options.allow_extrapolation),
          document(std::move(file.document)) {}

    const Place& made_in() const {
        if (!place)
            throw core::InputError(
                fmt::format("the model `{}` is of no detector. Does it make showers?", name));
        return *place;
    }

    std::string name;
    std::unique_ptr<const Backend> backend;
    std::optional<Place> place;
    sample::ConditionSpace conditions;
    std::vector<sample::Constant> constants;
    bool allow_extrapolation;
    core::Json document;
};

Model Model::find(const std::string& model, const ModelOptions& options) {
    return Model(network::WeightsFile::find(model), options);
}

Model::Model(network::WeightsFile file, const ModelOptions& options)
    : impl_(std::make_shared<const Impl>(std::move(file), options)) {}

const std::string& Model::name() const {
    return impl_->name;
}
const core::Json& Model::document() const {
    return impl_->document;
}
const geometry::Detector& Model::detector() const {
    return impl_->made_in().detector;
}
const geometry::Readout& Model::readout() const {
    return impl_->made_in().readout;
}
const sample::Fields& Model::outputs() const {
    return impl_->backend->outputs();
}
const sample::ConditionSpace& Model::conditions() const {
    return impl_->conditions;
}
const std::vector<sample::Constant>& Model::constants() const {
    return impl_->constants;
}
const Backend& Model::backend() const {
    return *impl_->backend;
}

bool Model::allows_extrapolation() const {
    return impl_->allow_extrapolation;
}

Session Model::session() const {
    return Session(*this);
}

void Model::check(const sample::ColumnsView& conditions) const {
    const auto outside = impl_->conditions.outside(conditions);
    if (!outside) return;
    if (!impl_->allow_extrapolation) {
        throw OutsideTrained(
            fmt::format("`{}`, {}. Ask for what it was trained on?", impl_->name, outside->text()));
    }
    core::warning("`{}`, {}: nothing is known about the samples there.", impl_->name, outside->text());
}

namespace {

/// What no permission makes a condition.
void check_finite(const sample::ColumnsView& given) {
    for (const std::string_view name : given.names()) {
        const auto values = given.values(name);
        const auto bad = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
        if (bad == values.end()) continue;
        const std::size_t width = values.size() / given.rows();
        throw core::InputError(fmt::format("sample {}: `{}` is no finite number.",
                                           static_cast<std::size_t>(bad - values.begin()) / width, name));
    }
}

}  // namespace

Session::Session(Model model) : model_(std::move(model)), run_(model_.backend().begin()) {}

sample::Columns Session::prepare(std::span<const sample::Key> keys, const sample::ColumnsView& given) const {
    if (!model_.impl_->allow_extrapolation) model_.check(given);
    sample::Columns out = model_.conditions().complete(keys, given);
    check_finite(given);
    for (const sample::Field& field : model_.outputs()) out.add(field);
    return out;
}

sample::Columns Session::run(std::span<const sample::Key> keys, const sample::ColumnsView& given) {
    sample::Columns out = prepare(keys, given);
    std::vector<std::span<float>> outputs;
    for (const sample::Field& field : model_.outputs()) outputs.push_back(out.values(field.name));
    run(keys, out.view(), outputs);
    return out;
}

void Session::run(std::span<const sample::Key> keys, const sample::ColumnsView& conditions,
                  std::span<const std::span<float>> outputs) {
    run_->run(keys, conditions, outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto bad = std::ranges::find_if(outputs[i], [](float value) { return !std::isfinite(value); });
        if (bad == outputs[i].end()) continue;
        const auto width = static_cast<std::ptrdiff_t>(model_.outputs()[i].elements());
        const sample::Key key = keys[static_cast<std::size_t>((bad - outputs[i].begin()) / width)];
        throw core::RunError(fmt::format(
            "`{}` made a sample that is not finite (number {} of seed {}, in `{}`). Is the model damaged, or "
            "a condition far outside what it was trained on?",
            model_.name(), key.number, key.seed, model_.outputs()[i].name));
    }
}

}  // namespace caloforge::infer
