// caloforge.h on top of infer. Nothing may leave here but a status: every function catches what it calls.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "caloforge.h"
#include "core/Error.hh"
#include "core/Version.hh"
#include "infer/Model.hh"
#include "kernels/InstructionSet.hh"

using caloforge::core::Json;
namespace infer = caloforge::infer;
namespace sample = caloforge::sample;

struct caloforge_model {
    explicit caloforge_model(infer::Model loaded) : model(std::move(loaded)) {
        Json outputs = Json::array();
        for (const sample::Field& field : model.outputs())
            outputs.push_back({{"name", field.name}, {"shape", field.shape}, {"unit", field.unit}});
        const Json detector = model.document().value("detector", Json::object());
        description = Json({{"name", model.document().value("name", Json())},
                            {"detector", detector.value("name", Json())},
                            {"grid", detector.value("grid", Json())},
                            {"conditions", model.conditions().json()},
                            {"outputs", outputs},
                            {"instruction_set", caloforge::kernels::instruction_set()},
                            {"bytes_per_workspace", model.session().bytes()}})
                          .dump(-1, ' ', true, Json::error_handler_t::replace);
    }

    infer::Model model;
    std::string description;
};

struct caloforge_workspace {
    explicit caloforge_workspace(const infer::Model& model) : session(model.session()) {}
    infer::Session session;
};

namespace {

thread_local std::string message;

caloforge_status fail(caloforge_status status, const std::string& text) {
    message = text;
    return status;
}

// What `work` returns, its exceptions as statuses.
template <class Work>
caloforge_status guarded(Work&& work) noexcept {
    try {
        return work();
    } catch (const caloforge::core::Error& error) {
        const bool bad_input = error.code() == caloforge::core::ExitCode::bad_input;
        return fail(bad_input ? CALOFORGE_BAD_INPUT : CALOFORGE_FAILED, error.what());
    } catch (const Json::exception& error) {
        return fail(CALOFORGE_BAD_INPUT,
                    std::string("the model holds JSON of another form than expected: ") + error.what());
    } catch (const std::bad_alloc&) {
        return fail(CALOFORGE_FAILED, "out of memory");
    } catch (const std::exception& error) {
        return fail(CALOFORGE_FAILED, error.what());
    } catch (...) {
        return fail(CALOFORGE_FAILED, "unknown failure");
    }
}

template <class Read>
caloforge_status load(caloforge_model** model, Read&& read) {
    return guarded([&] {
        *model = new caloforge_model(infer::Model(read()));
        return CALOFORGE_DONE;
    });
}

// Of a field that the model takes or makes; null for another.
const sample::Field* field_of(const infer::Model& model, const std::string& name) {
    if (const auto* condition = model.conditions().find(name)) return &condition->field;
    return sample::find(model.outputs(), name);
}

// Whether `size` numbers fit `count` samples of a field; else what is wrong.
std::string problem_with(const infer::Model& model, const char* name, const float* values, std::size_t size,
                         std::size_t count, bool exactly) {
    if (!name) return "the name of a field is null";
    const sample::Field* field = field_of(model, name);
    if (!field) return fmt::format("the model neither takes nor makes `{}`", name);
    const std::size_t elements = field->elements();
    if (count > SIZE_MAX / elements || (exactly ? size != count * elements : size < count * elements)) {
        return fmt::format("{} samples of `{}`, {} floats each, are not {} floats", count, name, elements,
                           size);
    }
    return values || size == 0 ? "" : fmt::format("the values of `{}` are null", name);
}

}  // namespace

extern "C" {

const char* caloforge_message(void) {
    return message.c_str();
}

const char* caloforge_version(void) {
    return caloforge::core::version;
}

caloforge_status caloforge_load(const char* file, caloforge_model** model) {
    if (model) *model = nullptr;
    if (!file || !model) return fail(CALOFORGE_USAGE, "caloforge_load: an argument is null");
    return load(model, [&] { return caloforge::network::WeightsFile::read(file); });
}

caloforge_status caloforge_load_memory(const void* bytes, size_t size, caloforge_model** model) {
    if (model) *model = nullptr;
    if (!bytes || !model) return fail(CALOFORGE_USAGE, "caloforge_load_memory: an argument is null");
    return load(model, [&] {
        return caloforge::network::WeightsFile::parse(std::string(static_cast<const char*>(bytes), size),
                                                      "the model in memory");
    });
}

void caloforge_free(caloforge_model* model) {
    delete model;
}

size_t caloforge_elements(const caloforge_model* model, const char* field) {
    if (!model || !field) return 0;
    const sample::Field* found = field_of(model->model, field);
    return found ? found->elements() : 0;
}

const char* caloforge_describe(const caloforge_model* model) {
    return model ? model->description.c_str() : nullptr;
}

caloforge_status caloforge_workspace_new(const caloforge_model* model, caloforge_workspace** workspace) {
    if (workspace) *workspace = nullptr;
    if (!model || !workspace) return fail(CALOFORGE_USAGE, "caloforge_workspace_new: an argument is null");
    return guarded([&] {
        *workspace = new caloforge_workspace(model->model);
        return CALOFORGE_DONE;
    });
}

void caloforge_workspace_free(caloforge_workspace* workspace) {
    delete workspace;
}

caloforge_status caloforge_generate(caloforge_workspace* workspace, const caloforge_key* keys, size_t count,
                                    const caloforge_given* given, size_t given_count,
                                    const caloforge_wanted* wanted, size_t wanted_count) {
    return guarded([&] {
        const auto usage = [](const std::string& problem) {
            return fail(CALOFORGE_USAGE, "caloforge_generate: " + problem);
        };
        if (!workspace || (count > 0 && !keys) || (given_count > 0 && !given) ||
            (wanted_count > 0 && !wanted))
            return usage("an argument is null");
        const infer::Model& model = workspace->session.model();
        sample::ColumnsView conditions(count);
        for (std::size_t i = 0; i < given_count; ++i) {
            const auto& [name, values, size] = given[i];
            if (const auto problem = problem_with(model, name, values, size, count, true); !problem.empty())
                return usage(problem);
            conditions.add(name, {values, size});
        }
        for (std::size_t i = 0; i < wanted_count; ++i) {
            const auto& [name, values, size] = wanted[i];
            if (const auto problem = problem_with(model, name, values, size, count, false); !problem.empty())
                return usage(problem);
        }
        if (count == 0) return CALOFORGE_DONE;
        std::vector<sample::Key> own(count);
        for (std::size_t i = 0; i < count; ++i) own[i] = {keys[i].seed, keys[i].number};
        const sample::Columns made = workspace->session.run(own, conditions);
        for (std::size_t i = 0; i < wanted_count; ++i)
            std::ranges::copy(made.values(wanted[i].field), wanted[i].values);
        return CALOFORGE_DONE;
    });
}

}  // extern "C"
