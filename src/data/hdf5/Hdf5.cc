#include "data/hdf5/Hdf5.hh"

#include <algorithm>
#include <cstring>

namespace caloforge::data::hdf5 {
namespace {

constexpr std::size_t max_root_names = 1000;
constexpr std::size_t max_attribute_bytes = std::size_t{1} << 20;

std::recursive_mutex& library_mutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

herr_t collect_cause(unsigned, const H5E_error2_t* error, void* out) {
    auto& causes = *static_cast<std::vector<std::string>*>(out);
    if (error->desc != nullptr) causes.emplace_back(error->desc);
    return 0;
}

struct Link {
    std::string name;
    H5L_type_t type;
};

herr_t collect_link(hid_t, const char* name, const H5L_info_t* info, void* out) {
    auto& links = *static_cast<std::vector<Link>*>(out);
    links.push_back({name, info->type});
    return links.size() < max_root_names ? 0 : 1;
}

/// Number of the file that an object lies in; 0 when there is no such object.
unsigned long file_number(hid_t file, const char* name) {
    H5O_info_t info;
    return H5Oget_info_by_name2(file, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ? 0 : info.fileno;
}

bool lies_in(hid_t file, const Link& link) {
    return link.type == H5L_TYPE_HARD ||
           (link.type == H5L_TYPE_SOFT && file_number(file, link.name.c_str()) == file_number(file, "/"));
}

std::vector<Link> root_links(hid_t file) {
    std::vector<Link> links;
    H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect_link, &links);
    std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
    return links;
}

/// "…, errno = 28, error message = 'No space left on device', …" -> "No space left on device".
std::string system_message(const std::string& cause) {
    static constexpr char mark[] = "error message = '";
    const auto at = cause.find(mark);
    if (at == std::string::npos) return {};
    const auto first = at + sizeof(mark) - 1;
    const auto last = cause.find('\'', first);
    return last == std::string::npos ? std::string{} : cause.substr(first, last - first);
}

/// Entries of a fixed-length or variable-length string array, as read by HDF5.
std::vector<std::string> read_strings(hid_t attribute, hid_t type, hid_t space, std::size_t count) {
    std::vector<std::string> out;
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> pointers(count, nullptr);
        if (H5Aread(attribute, type, pointers.data()) < 0) return out;
        for (const char* text : pointers) {
            out.emplace_back(text == nullptr ? "" : std::string(text, ::strnlen(text, max_attribute_bytes)));
        }
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
        return out;
    }
    const std::size_t length = H5Tget_size(type);
    if (length == 0 || length > max_attribute_bytes / count) return out;
    std::vector<char> buffer(length * count);
    if (H5Aread(attribute, type, buffer.data()) < 0) return out;
    for (std::size_t i = 0; i < count; ++i) {
        const char* text = buffer.data() + i * length;
        out.emplace_back(text, ::strnlen(text, length));
    }
    return out;
}

}  // namespace

Lock::Lock() : guard_(library_mutex()) {
    thread_local const bool silenced = [] {
        // A file that could not be finished (full disk) stays open inside the library; its clean-up at exit
        // would write again, and crash.
        H5dont_atexit();
        H5open();
        return H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    }();
    (void)silenced;
}

bool Handle::close() {
    if (!valid()) return true;
    const Lock lock;
    const hid_t id = std::exchange(id_, H5I_INVALID_HID);
    switch (H5Iget_type(id)) {
        case H5I_FILE:
            return H5Fclose(id) >= 0;
        case H5I_GROUP:
            return H5Gclose(id) >= 0;
        case H5I_DATATYPE:
            return H5Tclose(id) >= 0;
        case H5I_DATASPACE:
            return H5Sclose(id) >= 0;
        case H5I_DATASET:
            return H5Dclose(id) >= 0;
        case H5I_ATTR:
            return H5Aclose(id) >= 0;
        case H5I_GENPROP_LST:
            return H5Pclose(id) >= 0;
        default:
            return H5Idec_ref(id) >= 0;
    }
}

std::string last_error() {
    std::vector<std::string> causes;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_cause, &causes);
    if (causes.empty()) return "HDF5 gives no reason";
    for (const auto& cause : causes) {
        if (const auto message = system_message(cause); !message.empty()) return message;
    }
    std::string innermost = printable(causes.front());
    return innermost.substr(0, 300);
}

std::string newer_format_advice() {
    return "Was it written by a newer HDF5, with libver=\"latest\"? Write it with libver=(\"earliest\", "
           "\"v110\"), or copy it with that HDF5's `h5repack --high 2`?";
}

std::string printable(const std::string& name) {
    std::string out = name;
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

std::vector<std::string> root_names(hid_t file) {
    std::vector<std::string> names;
    for (const Link& link : root_links(file)) {
        if (lies_in(file, link)) names.push_back(link.name);
    }
    return names;
}

std::vector<std::string> names_elsewhere(hid_t file) {
    std::vector<std::string> names;
    for (const Link& link : root_links(file)) {
        if (!lies_in(file, link)) names.push_back(link.name);
    }
    return names;
}

std::string text_attribute(hid_t object, const char* name) {
    if (H5Aexists(object, name) <= 0) return {};
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT));
    if (!attribute.valid()) return {};
    const Handle type(H5Aget_type(attribute.id()));
    const Handle space(H5Aget_space(attribute.id()));
    if (!type.valid() || !space.valid() || H5Tget_class(type.id()) != H5T_STRING) return {};
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    if (count <= 0 || count > 1000) return {};
    std::string joined;
    for (const auto& text :
         read_strings(attribute.id(), type.id(), space.id(), static_cast<std::size_t>(count))) {
        joined += (joined.empty() ? "" : ",") + text;
    }
    return joined;
}

}  // namespace caloforge::data::hdf5
